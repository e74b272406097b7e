using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Fraction bits of the fixed-point sums: a value is kept as an integer multiple of 2^-bits. They leave room for 2^40 replicates of
/// 2^40 groups in 128 bits.
/// </summary>
internal readonly struct Quanta
{
    /// <summary>p and 1-p.</summary>
    public const int Probability = 86;

    /// <summary>The logit, clipped to +-128.</summary>
    public const int Logit = 72;

    /// <summary>Expected numbers of informative groups.</summary>
    public const int Informative = 40;

    // Up to 2^80 groups, each at most 1 in units of the largest phi.
    private const int BitsBelowLargest = 46;

    public Quanta(FiniteGroupOmega omega)
    {
        double largest = omega.Phi.Max();
        int exponent = Math.ILogB(largest) + 1;
        Phi = BitsBelowLargest - exponent;
        PhiSquared = BitsBelowLargest - (2 * exponent);
    }

    /// <summary>phi(K), relative to its largest value.</summary>
    public int Phi { get; }

    /// <summary>Var phi(K).</summary>
    public int PhiSquared { get; }
}
