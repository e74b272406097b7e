using System.Runtime.CompilerServices;
using GrpoMonteCarlo.Random;

namespace GrpoMonteCarlo.Kernels;

/// <summary>The arms of a positive weight, each with its probability among those from it on.</summary>
/// <remarks>
/// The weights from an arm on are summed from the last one backwards, so probabilities and complements are quotients of sums of
/// positive terms: nothing cancels, and a sum of A terms is within A 2^-53 of itself. So is an arm's probability, twice that, in all.
/// </remarks>
internal sealed class ConditionalArms
{
    private readonly int[] _arms = new int[ArmWeights.MaxArms];
    private readonly double[] _shares = new double[ArmWeights.MaxArms];
    private readonly double[] _complements = new double[ArmWeights.MaxArms];
    private int _first;

    /// <summary>Those that have a weight, in ascending order; at least one.</summary>
    public ReadOnlySpan<int> Arms => _arms.AsSpan(_first);

    /// <summary>An arm's weight by the weights from it on. The last one's is 1.</summary>
    public ReadOnlySpan<double> Shares => _shares.AsSpan(_first);

    /// <summary>1 less the share, to its own last digits: the weights after the arm by those from it on.</summary>
    public ReadOnlySpan<double> Complements => _complements.AsSpan(_first);

    /// <summary>Goes to another policy.</summary>
    /// <param name="weights">As <see cref="ArmWeights.Sum"/> asks.</param>
    [MethodImpl(InstructionSets.Kernel)]
    public void Set(ReadOnlySpan<double> weights)
    {
        ArmWeights.Sum(weights);
        double after = 0;
        _first = ArmWeights.MaxArms;
        for (int arm = weights.Length - 1; arm >= 0; arm--)
        {
            double weight = weights[arm];
            if (weight > 0)
            {
                double from = weight + after;
                _first--;
                _arms[_first] = arm;
                _shares[_first] = weight / from;
                _complements[_first] = after / from;
                after = from;
            }
        }
    }
}
