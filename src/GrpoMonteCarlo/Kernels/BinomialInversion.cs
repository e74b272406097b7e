using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Numerics;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>Binomial(n, p) of a small mean, by searching the upper tail: X is the number of x with U &lt; P(X &gt; x).</summary>
/// <remarks>
/// One uniform, whose fine end is the rare one: P(X &gt; 0) keeps its relative accuracy however small np is. The tails
/// beyond it are known to 2e-11 of P(X &gt; 0).
/// </remarks>
internal static class BinomialInversion
{
    // Repeated squaring loses half a unit in the last place a factor: below 10^-12 up to here. Logarithms are slower.
    private const long MaxPower = 4096;

    // Below this mean P(X > 0) comes from its own series, 1 - P(X = 0) having lost 4 bits there.
    private const double SmallMean = 1.0 / 16;

    /// <summary>Draws; np is below <see cref="BinomialVariate.RejectionFrom"/>, p at most about 1/2.</summary>
    [MethodImpl(InstructionSets.Kernel)]
    public static long Draw(long n, double p, double complement, WordBuffer words)
    {
        double u = words.NextFineUniform();
        double mean = n * p;
        if (u >= mean)
        {
            return 0; // P(X > 0) <= np.
        }

        double probability, tail;
        if (mean < SmallMean)
        {
            tail = OneMinusExp(-n * Elementary.LogOnePlus(-p));
            probability = 1 - tail;
        }
        else
        {
            probability = n <= MaxPower ? Power(complement, (uint)n) : Elementary.Exp(n * Elementary.LogOnePlus(-p));
            tail = 1 - probability;
        }

        return Search(u, tail, probability, p / complement, n);
    }

    // From P(X > 0) and P(X = 0) on. A method of its own, without calls, so that all of it stays in registers.
    [MethodImpl(InstructionSets.Kernel)]
    private static long Search(double u, double tail, double probability, double odds, double n)
    {
        double x = 0;
        while (u < tail && x < n)
        {
            double ratio = (n - x) * odds;
            x++;
            probability *= ratio / x;
            double next = tail - probability;
            if (next == tail)
            {
                break; // What is left of the tail is rounding.
            }

            tail = next;
        }

        return (long)x;
    }

    // base^n. The bits of n cannot be predicted, so there is no branch on them.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Power(double factor, uint n)
    {
        ulong one = BitConverter.DoubleToUInt64Bits(1);
        double power = 1;
        while (true)
        {
            ulong taken = 0 - (ulong)(n & 1);
            power *= BitConverter.UInt64BitsToDouble((BitConverter.DoubleToUInt64Bits(factor) & taken) | (one & ~taken));
            n >>= 1;
            if (n == 0)
            {
                return power;
            }

            factor *= factor;
        }
    }

    // 1 - e^-y for y up to 0.07: y (1 - y/2 (1 - y/3 (1 - ...))), to y^12 / 12! < 2^-70.
    private static double OneMinusExp(double y)
    {
        double t = 1;
        for (int j = 11; j > 1; j--)
        {
            t = 1 - (y / j * t);
        }

        return y * t;
    }
}
