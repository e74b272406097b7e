using System.Runtime.CompilerServices;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// The distribution function of Binomial(G, q) as integers: T_k is P(K &lt;= k) in units of 2^-96, so that K is the number of
/// thresholds that a uniform U does not stay below. Rebuilt in place, because q changes with every update.
/// </summary>
/// <remarks>
/// P(K = k) has relative error under 2^-30 wherever it exceeds 2^-64: the weights grow outwards from the mode by ratios, a
/// few 2^-53 a step, and are cut to 96 bits. Where a weight falls below 2^-64 of the mode's, the tail ends, and what it had
/// left goes to the mode, as does everything that was cut: both tails are summed inwards, and the mode is the rest of 1.
/// </remarks>
internal sealed class BinomialThresholds(int maxGroupSize)
{
    private const double Negligible = 5.421010862427522e-20; // 2^-64
    private const double TwoTo64 = 18446744073709551616.0;
    private const double TwoTo32 = 4294967296.0;

    private readonly double[] _up = new double[maxGroupSize + 1]; // (G-k) / (k+1)
    private readonly double[] _down = new double[maxGroupSize + 1]; // k / (G-k+1)
    private readonly double[] _weights = new double[maxGroupSize + 1];
    private int _groupSize;

    /// <summary>The digits of T_k after the point: 64 bits, and 32 more at the top of another 64.</summary>
    public ulong[] High { get; } = new ulong[maxGroupSize + 1];

    /// <inheritdoc cref="High"/>
    public ulong[] Low { get; } = new ulong[maxGroupSize + 1];

    /// <summary>The least and the greatest K that can occur. T_k is 0 below First, 1 from Last on, and in the arrays between.</summary>
    public int First { get; private set; }

    /// <inheritdoc cref="First"/>
    public int Last { get; private set; }

    /// <summary>Computes the thresholds, in time proportional to Last - First.</summary>
    public void Build(RareProbability q, int groupSize)
    {
        SetGroupSize(groupSize);
        double p = q.Value;
        int mode = (int)((groupSize + 1) * p);
        double total = 1 + WeighUp(mode, p / (1 - p)) + WeighDown(mode, (1 - p) / p);
        double scale = TwoTo64 / total;

        // Below the mode T_k is the sum up to k, from the mode on 1 less the sum beyond k. No weight but the mode's exceeds
        // 1/2, so it fits a signed integer, which processors convert fastest.
        ulong high = 0, low = 0;
        for (int k = First; k < mode; k++)
        {
            Add(_weights[k] * scale, ref high, ref low);
            High[k] = high;
            Low[k] = low;
        }

        high = 0;
        low = 0;
        for (int k = Last - 1; k >= mode; k--)
        {
            Add(_weights[k + 1] * scale, ref high, ref low);
            High[k] = low == 0 ? 0 - high : ~high;
            Low[k] = 0 - low;
        }
    }

    /// <summary>Takes the first digit away from T_k, and shifts the others up. False if nothing but zeros is left.</summary>
    /// <param name="k">Which threshold.</param>
    /// <param name="bits">The digit's: 1 to 63.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool DropDigit(int k, int bits)
    {
        High[k] = High[k] << bits | Low[k] >> (64 - bits);
        Low[k] <<= bits;
        return (High[k] | Low[k]) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(double weight, ref ulong high, ref ulong low)
    {
        // Native: the processor's own conversion, which is exact because nothing overflows.
        long whole = double.ConvertToIntegerNative<long>(weight);
        ulong rest = (ulong)double.ConvertToIntegerNative<long>((weight - whole) * TwoTo32) << 32;
        low += rest;
        high += (ulong)whole + (low < rest ? 1UL : 0);
    }

    private double WeighUp(int mode, double odds)
    {
        double weight = 1, sum = 0;
        int k = mode;
        for (; k < _groupSize; k++)
        {
            weight *= _up[k] * odds;
            if (!(weight >= Negligible))
            {
                break;
            }

            _weights[k + 1] = weight;
            sum += weight;
        }

        Last = k;
        return sum;
    }

    private double WeighDown(int mode, double odds)
    {
        double weight = 1, sum = 0;
        int k = mode;
        for (; k > 0; k--)
        {
            weight *= _down[k] * odds;
            if (!(weight >= Negligible))
            {
                break;
            }

            _weights[k - 1] = weight;
            sum += weight;
        }

        First = k;
        return sum;
    }

    private void SetGroupSize(int groupSize)
    {
        if (groupSize == _groupSize)
        {
            return;
        }

        for (int k = 0; k <= groupSize; k++)
        {
            _up[k] = (double)(groupSize - k) / (k + 1);
            _down[k] = (double)k / (groupSize - k + 1);
        }

        _groupSize = groupSize;
    }
}
