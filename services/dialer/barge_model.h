/** @file barge_model.h  Weights of barge.c; made by `yinhuctl train barge`. */
#ifndef DIAL_BARGE_MODEL_H
#define DIAL_BARGE_MODEL_H

#include "barge.h"

static const float dial_barge_bias = -27.482784f;
static const float dial_barge_weights[DIAL_BARGE_FEATURES] = {
	-0.006760f, -1.053667f, -0.189544f, 0.278113f,	0.490839f,  1.650004f,
	-0.167245f, 3.079126f,	0.819750f,  -0.880121f, 1.588923f,  1.383811f,
	0.298273f,  1.056147f,	0.554785f,  -0.113684f, -0.415216f, 0.626568f,
	0.292694f,  -0.611668f, 0.322157f,  -0.073295f, -0.714850f, -0.150930f,
	-0.247571f, -0.510255f, -0.044208f, -0.178029f, 0.015198f,  -0.313327f,
	-0.118924f, 0.010559f,	0.064412f,  -0.107807f, 0.034434f,  -0.356190f,
	0.000000f,  -1.585686f, 4.647384f,  -0.346766f, 3.772391f,  5.647532f,
	-0.299722f, 11.859986f, 12.066001f, -0.118431f, -0.624919f, -0.566609f,
	6.943579f,  11.666376f, 8.639992f,  0.406467f,
};

#endif
