using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>
/// Binomial(G, q) in the order in which its values are drawn: the mode, then one above, one below, two above, ...
/// </summary>
/// <remarks>
/// Weights grow outwards from the mode by their ratio, so no factorial or logarithm is needed and none loses digits: a
/// step adds at most 4 roundings, and what exceeds 2^-64 is within 300 steps of the mode, hence relative errors below
/// 2^-43. A side ends at <see cref="Negligible"/>. Sums of what is still to come are formed from the far end, so all
/// conditional probabilities, and their complements, are quotients of sums of positive terms: nothing cancels.
/// </remarks>
internal sealed class BinomialWeights
{
    // Beside the mode's weight of 1. Even 10^12 groups have none beyond it: their chance is below 2^-75.
    private const double Negligible = 2.938735877055719e-39; // 2^-128

    private readonly int[] _values;
    private readonly double[] _weights;
    private readonly double[] _remaining; // at j: the weights from j on; one more than there are values
    private readonly double[] _up; // (G-K) / (K+1)
    private readonly double[] _down; // K / (G-K+1)
    private int _groupSize = -1;

    public BinomialWeights(int maxGroupSize)
    {
        _values = new int[maxGroupSize + 1];
        _weights = new double[maxGroupSize + 1];
        _remaining = new double[maxGroupSize + 2];
        _up = new double[maxGroupSize + 1];
        _down = new double[maxGroupSize + 1];
    }

    /// <summary>How many values have a weight.</summary>
    public int Count { get; private set; }

    /// <summary>The values K, in the order of drawing.</summary>
    public ReadOnlySpan<int> Values => _values.AsSpan(0, Count);

    /// <summary>P(K = the j-th value), times a constant.</summary>
    public ReadOnlySpan<double> Weights => _weights.AsSpan(0, Count);

    /// <summary>At j the sum of the weights from the j-th on, so one entry more than values; the last is 0.</summary>
    public ReadOnlySpan<double> Remaining => _remaining.AsSpan(0, Count + 1);

    /// <summary>Goes to another law.</summary>
    [MethodImpl(InstructionSets.Kernel)]
    public void Set(int groupSize, double q)
    {
        if (groupSize != _groupSize)
        {
            SetRatios(groupSize);
        }

        double odds = q / (1 - q), inverseOdds = (1 - q) / q;
        int mode = (int)((groupSize + 1) * q);
        int above = groupSize - mode, below = mode;
        double up = 1, down = 1;
        int count = 1;
        _values[0] = mode;
        _weights[0] = 1;
        for (int step = 1; step <= above || step <= below; step++)
        {
            if (step <= above)
            {
                up *= _up[mode + step - 1] * odds;
                _values[count] = mode + step;
                _weights[count] = up;
                count++;
                above = up < Negligible ? 0 : above;
            }

            if (step <= below)
            {
                down *= _down[mode - step + 1] * inverseOdds;
                _values[count] = mode - step;
                _weights[count] = down;
                count++;
                below = down < Negligible ? 0 : below;
            }
        }

        double remaining = 0;
        _remaining[count] = 0;
        for (int j = count - 1; j >= 0; j--)
        {
            remaining += _weights[j];
            _remaining[j] = remaining;
        }

        Count = count;
    }

    private void SetRatios(int groupSize)
    {
        _groupSize = groupSize;
        for (int k = 0; k <= groupSize; k++)
        {
            _up[k] = (double)(groupSize - k) / (k + 1);
            _down[k] = (double)k / (groupSize - k + 1);
        }
    }
}
