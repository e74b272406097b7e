using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>What a replicate may leave.</summary>
public enum PassageRegion
{
    /// <summary>All p below a threshold: leaving it is reaching the threshold.</summary>
    Threshold,

    /// <summary>The basin in which the start lies: leaving it is an escape.</summary>
    Basin,
}

/// <summary>When a cell's replicates leave a region: T is the first iteration at which p lies outside, 0 if the start does.</summary>
/// <param name="Region">What kind of region it is.</param>
/// <param name="Low">Its lower end, which belongs to it.</param>
/// <param name="High">Its upper end, which does not.</param>
/// <param name="Replicates">R, the replicates.</param>
/// <param name="Measured">Of the replicates; null without any.</param>
/// <param name="Law">By the law of L_n; null where there is none.</param>
public sealed record PassageTime(PassageRegion Region, double Low, double High, long Replicates, PassageTimeMeasured? Measured, PassageTimeLaw? Law);

/// <summary>T as measured over N iterations.</summary>
/// <param name="Left">Share of the replicates with T at most N.</param>
/// <param name="RestrictedMean">Mean of min(T, N).</param>
/// <param name="Mean">Mean of T; null unless all have left.</param>
/// <param name="Q05">The first iteration by which 5 % have left; null if it is beyond N.</param>
/// <param name="Q50">Of half of them.</param>
/// <param name="Q95">Of 95 %.</param>
public sealed record PassageTimeMeasured(Estimate Left, Estimate RestrictedMean, double? Mean, int? Q05, int? Q50, int? Q95);

/// <summary>T by the law of L_n; its mean and quantiles beyond N as well.</summary>
/// <param name="Left">P(T at most N).</param>
/// <param name="LeftError">How far the grid may be off: the difference from one of half the resolution.</param>
/// <param name="RestrictedMean">E min(T, N).</param>
/// <param name="RestrictedMeanError">The sum of such differences of P(T &gt; n) over n below N.</param>
/// <param name="Mean">E T; null if it is infinite or not known.</param>
/// <param name="MeanError">Its difference from that on a grid of half the resolution.</param>
/// <param name="Q05">The first iteration by which one has left with a chance of 5 %; null if it is infinite or not known.</param>
/// <param name="Q50">Of one half.</param>
/// <param name="Q95">Of 95 %.</param>
public sealed record PassageTimeLaw(
    double Left, double LeftError, double RestrictedMean, double RestrictedMeanError, double? Mean, double? MeanError, int? Q05, int? Q50, int? Q95)
{
    internal static PassageTimeLaw Of(PassageLaw law)
    {
        int last = law.NotYet.Count - 1;
        double? Finite(double value) => double.IsFinite(value) ? value : null;
        return new PassageTimeLaw(
            1 - law.NotYet[last],
            law.Error(last),
            law.RestrictedMean(),
            law.RestrictedMeanError(),
            Finite(law.Mean()),
            Finite(law.MeanError()),
            law.Quantile(0.05),
            law.Quantile(0.5),
            law.Quantile(0.95));
    }
}
