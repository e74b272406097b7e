using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Where groups of one size end, and how updates of them fluctuate there.</summary>
/// <param name="GroupSize">G.</param>
/// <param name="Groups">M, groups an update.</param>
/// <param name="Bias">p*_G - p*, the finite group's fixed point less the population's.</param>
/// <param name="Fluctuations">Stationary fluctuations about p*_G with M groups an update.</param>
public sealed record SizedGroup(int GroupSize, long Groups, double Bias, StationaryFluctuations Fluctuations)
{
    /// <summary>Root mean square distance of p from the population's fixed point: bias^2 + variance of p, to first order.</summary>
    public double Error => Math.Sqrt((Bias * Bias) + (Fluctuations.Spread * Fluctuations.Spread));

    /// <summary>The same groups, another number of them an update: all fluctuations are proportional to 1/M.</summary>
    /// <param name="groups">M, at least 1.</param>
    public SizedGroup With(long groups)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        return this with
        {
            Groups = groups,
            Fluctuations = Fluctuations with { StepVariance = Fluctuations.StepVariance * Groups / groups },
        };
    }
}
