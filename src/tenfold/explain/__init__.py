"""Why a model reads a digit as it does: numbers first, figures from them.

Import the module that you need; this file imports nothing, so that a picture
is checked before Keras is waited for:

    glyph       the one digit that is explained: picture -> ink -> canon
    net         a Keras model taken apart: its log scores, its last hidden layer
    gradients   how scores change with pixels, under each backend
    layers      what every layer makes of the digit
    saliency    which pixels count: input gradient and occlusion
    neighbours  the training digits that look most like it to the net
    change      the least ink that makes another digit win
    wanted      what can be asked for
    answer      what the model says, and of which digit the rest tells
    whole       all of it at once
    words       the same in sentences
    files       the same as figures and report.json
"""
