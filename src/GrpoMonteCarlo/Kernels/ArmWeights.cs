using System.Runtime.Intrinsics;

namespace GrpoMonteCarlo.Kernels;

/// <summary>What is asked of the weights of a policy's arms, which need not sum to 1.</summary>
internal static class ArmWeights
{
    /// <summary>The most arms.</summary>
    public const int MaxArms = 4096;

    /// <summary>The greatest sum, so that none overflows in whatever order.</summary>
    public const double MaxSum = 1e300;

    /// <summary>Their sum, in one order whatever the width.</summary>
    /// <param name="weights">1 to <see cref="MaxArms"/> of them.</param>
    /// <exception cref="ArgumentException">There are too few or too many, one is negative, or the sum is 0 or above <see cref="MaxSum"/>.</exception>
    public static double Sum(ReadOnlySpan<double> weights)
    {
        ArgumentOutOfRangeException.ThrowIfZero(weights.Length, nameof(weights));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weights.Length, MaxArms, nameof(weights));
        Vector256<double> sums = Vector256<double>.Zero, valid = Vector256<double>.AllBitsSet;
        int i = 0;
        for (; i <= weights.Length - Vector256<double>.Count; i += Vector256<double>.Count)
        {
            Vector256<double> four = Vector256.Create(weights.Slice(i, Vector256<double>.Count));
            valid &= Vector256.GreaterThanOrEqual(four, Vector256<double>.Zero);
            sums += four;
        }

        double sum = sums[0] + sums[1] + (sums[2] + sums[3]);
        bool allValid = Vector256.EqualsAll(valid.AsInt64(), Vector256<long>.AllBitsSet);
        for (; i < weights.Length; i++)
        {
            allValid &= weights[i] >= 0;
            sum += weights[i];
        }

        return allValid && sum is > 0 and <= MaxSum
            ? sum
            : throw new ArgumentException("A weight is negative, or the weights' sum is 0 or too large.", nameof(weights));
    }
}
