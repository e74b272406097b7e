using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>P(X = k) for X ~ Binomial(n, p), n up to 2^40, p at most 1/2, to 3e-11 of itself.</summary>
/// <remarks>
/// With k! = sqrt(2 pi k) (k/e)^k e^S(k) the probability is sqrt(n / (2 pi k (n-k))) e^(S(n) - S(k) - S(n-k) - D), where
/// D = D(k; np) + D(n-k; nq) and D(x; m) = x log(x/m) + m - x &gt;= 0 are what would cancel if powers were taken one by one.
/// Relative error: each D is within 2^-45 of itself (below), S is good to 2^-47, and exp, root and quotients add 8 roundings.
/// So it is D 2^-45 and little more: below 3e-11 wherever the probability is a normal number, below 1e-12 where it exceeds
/// e^-30 of the mode's. Measured against 60 digits, n up to 10^12: 2e-12 and 1e-13 hold.
/// </remarks>
internal static class BinomialProbability
{
    private const double TwoPi = 6.283185307179586;

    // From here on Stirling's series to x^-9 is exact to 2^-52: the next term is 691/360360 x^-11.
    private const int SeriesFrom = 16;

    // n and p in halves whose products are exact: 20 + 20 bits, 26 + 27 bits.
    private const long LowHalfOfN = (1L << 20) - 1;
    private const ulong LowHalfOfP = (1UL << 27) - 1;

    private static readonly double[] SmallS = SmallStirlingErrors();

    /// <summary>P(X = k), k an integer from 0 to n.</summary>
    [MethodImpl(InstructionSets.Kernel)]
    public static double At(long n, double p, double k)
    {
        // k - np, for n = 10^12 as well: np rounded to a double would be off by 10^-10 standard deviations and more.
        double lowN = n & LowHalfOfN, highN = n - lowN;
        double highP = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(p) & ~LowHalfOfP), lowP = p - highP;
        double excess = k - (highN * highP) - (lowN * highP) - (highN * lowP) - (lowN * lowP);

        double rest = n - k;
        double mean = n * p;
        double exponent = S(n) - S(k) - S(rest) - Deviance(k, mean, excess) - Deviance(rest, n - mean, -excess);
        double density = k == 0 || rest == 0 ? 1 : Math.Sqrt(n / (TwoPi * k * rest));
        return density * Elementary.Exp(exponent);
    }

    // D(x; m), d being x - m. With v = d / (x+m): log(x/m) = 2 atanh v and m - x = -(x+m) v, so that
    // D = v d + 2 x v^3 (1/3 + v^2/5 + v^4/7 + ...), good to 10 roundings. For |v| >= 0.1 the plain form: D is at least 0.018 x
    // there, and the roundings of m, of x/m and of the logarithm move x log(x/m) by less than 2^-51 x in all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Deviance(double x, double m, double d)
    {
        double v = d / (x + m);
        if (v is > -0.1 and < 0.1)
        {
            double z = v * v;
            double t = 1.0 / 17;
            t = (t * z) + (1.0 / 15);
            t = (t * z) + (1.0 / 13);
            t = (t * z) + (1.0 / 11);
            t = (t * z) + (1.0 / 9);
            t = (t * z) + (1.0 / 7);
            t = (t * z) + (1.0 / 5);
            t = (t * z) + (1.0 / 3);
            return (v * d) + (2 * x * v * z * t);
        }

        return x == 0 ? -d : (x * Elementary.Log(x / m)) - d;
    }

    // S(x) = 1/(12x) - 1/(360x^3) + 1/(1260x^5) - 1/(1680x^7) + 1/(1188x^9) - ...
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double S(double x)
    {
        if (x < SeriesFrom)
        {
            return SmallS[(int)x];
        }

        double r = 1 / x;
        double z = r * r;
        double t = 1.0 / 1188;
        t = (t * z) - (1.0 / 1680);
        t = (t * z) + (1.0 / 1260);
        t = (t * z) - (1.0 / 360);
        t = (t * z) + (1.0 / 12);
        return t * r;
    }

    // Downwards from the series: log((x+1)!) - log(x!) = log(x+1) makes S(x) = S(x+1) + (x + 1/2) log(1 + 1/x) - 1. At 0 it is 0,
    // to go with the density of 1.
    private static double[] SmallStirlingErrors()
    {
        double[] small = new double[SeriesFrom];
        double next = S(SeriesFrom);
        for (int x = SeriesFrom - 1; x > 0; x--)
        {
            // (x + 1/2) log(1 + 1/x) = 2 (x + 1/2) atanh(1/(2x+1)): nearly 1, so it is the rest of the series that is summed.
            double z = 1 / (((2.0 * x) + 1) * ((2.0 * x) + 1));
            double term = 1, excess = 0;
            for (int j = 3; j < 45; j += 2)
            {
                term *= z;
                excess += term / j;
            }

            next += excess;
            small[x] = next;
        }

        return small;
    }
}
