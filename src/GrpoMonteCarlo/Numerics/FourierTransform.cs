namespace GrpoMonteCarlo.Numerics;

/// <summary>
/// The discrete Fourier transform of a power of two of complex numbers, X_j = sum_k x_k e^(-2 pi i jk/n), out of IEEE 754 operations in one
/// order: the same bits on every machine.
/// </summary>
internal sealed class FourierTransform
{
    private readonly double[] _cos; // of k/n of a turn, k below n/2
    private readonly double[] _sin;

    /// <param name="length">n, a power of two, at least 2.</param>
    public FourierTransform(int length)
    {
        Length = length;
        _cos = new double[length / 2];
        _sin = new double[length / 2];
        for (int k = 0; k < length / 2; k++)
        {
            (_cos[k], _sin[k]) = Turn((double)k / length);
        }
    }

    /// <summary>n.</summary>
    public int Length { get; }

    /// <summary>cos and sin of a number of turns, to some units in the last place of 1.</summary>
    public static (double Cos, double Sin) Turn(double turns)
    {
        // An eighth of the angle lies within pi/8, where the series to x^16 are exact to 2^-60; then it is doubled three times.
        double x = (turns - Math.Floor(turns + 0.5)) * (Math.PI / 4);
        double z = x * x;
        double less = 0; // 1 - cos x, which keeps its digits
        double sine = 0;
        for (int j = 16; j > 0; j -= 2)
        {
            less = (1 - less) * (z / (j * (j - 1)));
            sine = (1 - sine) * (z / ((j + 1) * j));
        }

        sine = x * (1 - sine);
        for (int i = 0; i < 3; i++)
        {
            (less, sine) = (2 * sine * sine, 2 * sine * (1 - less));
        }

        return (1 - less, sine);
    }

    /// <summary>Transforms in place.</summary>
    public void Transform(Span<double> real, Span<double> imaginary)
    {
        int n = Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j |= bit;
            if (i < j)
            {
                (real[i], real[j]) = (real[j], real[i]);
                (imaginary[i], imaginary[j]) = (imaginary[j], imaginary[i]);
            }
        }

        for (int half = 1; half < n; half *= 2)
        {
            int stride = n / (2 * half);
            for (int first = 0; first < n; first += 2 * half)
            {
                for (int k = 0; k < half; k++)
                {
                    (int a, int b) = (first + k, first + k + half);
                    (double c, double s) = (_cos[k * stride], _sin[k * stride]);
                    double re = (real[b] * c) + (imaginary[b] * s);
                    double im = (imaginary[b] * c) - (real[b] * s);
                    (real[b], imaginary[b]) = (real[a] - re, imaginary[a] - im);
                    real[a] += re;
                    imaginary[a] += im;
                }
            }
        }
    }
}
