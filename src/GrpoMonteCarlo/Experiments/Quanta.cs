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

    /// <summary>What else is measured of a replicate, clipped to +-<see cref="LargestObservable"/>.</summary>
    public const int Observable = 60;

    /// <summary>Beyond any divergence, entropy or number of arms that is measured.</summary>
    public const double LargestObservable = 1 << 16;

    // Up to 2^80 groups, each at most 1 in units of the largest term.
    private const int BitsBelowLargest = 46;

    /// <param name="terms">What the estimator sums over groups.</param>
    public Quanta(GroupTerms terms)
    {
        int exponent = Math.ILogB(terms.Largest) + 1;
        Term = BitsBelowLargest - exponent;
        TermSquared = BitsBelowLargest - (2 * exponent);
    }

    /// <summary>One group's term, phi(K) for most estimators, relative to its largest value.</summary>
    public int Term { get; }

    /// <summary>The variance of a term.</summary>
    public int TermSquared { get; }
}
