// An entry in a list of the pixels that are not 0: see pixel_dense.c.
#pragma once
#include <stdint.h>

typedef struct {
  uint32_t at;  // the input in a list by sample, the row of the batch in a list by input
  float value;  // pixel / 255, rounded once
} pixel;
