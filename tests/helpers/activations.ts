/** Activations by the numbers that kernels know them by: what they multiply values below 0 by. */
export const SLOPES = [1, 0, Math.fround(0.2)];

export const LINEAR = 0, LEAKY_RELU = 2;
