using System.Numerics.Tensors;

namespace GrpoMonteCarlo.Updates;

/// <summary>
/// All that a gradient update needs to know of its M groups of G rollouts: sums per arm, each over the M G rollouts that drew the arm,
/// divided by M G.
/// </summary>
internal sealed class GradientStatistic(int arms)
{
    /// <summary>W+: the positive advantages.</summary>
    public double[] PositiveAdvantage { get; } = new double[arms];

    /// <summary>W-: the negative advantages, so 0 or below.</summary>
    public double[] NegativeAdvantage { get; } = new double[arms];

    /// <summary>f: the share of the rollouts; where the KL of degenerate groups is masked, of those in informative groups only.</summary>
    public double[] Share { get; } = new double[arms];

    /// <summary>Number of arms.</summary>
    public int Arms => Share.Length;

    /// <summary>Sets every sum to 0.</summary>
    public void Clear()
    {
        Array.Clear(PositiveAdvantage);
        Array.Clear(NegativeAdvantage);
        Array.Clear(Share);
    }

    /// <summary>Turns sums over rollouts into means.</summary>
    /// <param name="rollouts">M G.</param>
    public void DivideBy(double rollouts)
    {
        TensorPrimitives.Divide(PositiveAdvantage, rollouts, PositiveAdvantage);
        TensorPrimitives.Divide(NegativeAdvantage, rollouts, NegativeAdvantage);
        TensorPrimitives.Divide(Share, rollouts, Share);
    }
}
