namespace GrpoMonteCarlo.Experiments;

/// <summary>What decided on the number of groups an update.</summary>
public enum SizingBound
{
    /// <summary>The standard deviation of p.</summary>
    Spread,

    /// <summary>The shift of the mean by noise.</summary>
    Shift,

    /// <summary>The range in which the formulas hold: the standard deviation of the logit.</summary>
    Range,

    /// <summary>The budget.</summary>
    Budget,
}

/// <summary>An answer: how many rollouts a group, groups an update, updates and replicates.</summary>
/// <param name="Group">G and M with what is predicted of them.</param>
/// <param name="Bound">What decided on M.</param>
/// <param name="Iterations">Updates after which replicates started at p_ref are as good as stationary.</param>
/// <param name="Replicates">Replicates whose mean of p has the standard error that was asked for; null for a budget.</param>
/// <param name="Tolerance">T; null for a budget.</param>
public sealed record Sizing(SizedGroup Group, SizingBound Bound, int Iterations, long? Replicates, double? Tolerance)
{
    /// <summary>Of many prompts the one whose noise on the logit decided on M, where <see cref="SizingBound.Range"/> did.</summary>
    public SizedPrompt? BindingPrompt { get; init; }

    /// <summary>The split of the budget that would have been better by the formulas, which do not hold for it; null if there is none.</summary>
    public SizedGroup? OutOfRange { get; init; }

    /// <summary>The part of a tolerance that the bias of G may take.</summary>
    public const double BiasShare = 0.8;

    /// <summary>The part of a tolerance that the shift of the mean by noise may take.</summary>
    public const double ShiftShare = 0.1;

    /// <summary>The part of a tolerance that the standard error of the mean may take.</summary>
    public const double ErrorShare = 0.1;

    /// <summary>
    /// The largest standard deviation of the logit at which the fluctuations' formulas are used (theory.md section 6); with inner steps on
    /// a sampled KL, of the logit of an update's share of successes too.
    /// </summary>
    public const double LargestLogitSpread = 0.1;

    /// <summary>The same on the way there where no other fixed point could be reached by chance; otherwise the smaller one holds there too.</summary>
    public const double LargestLogitSpreadOnTheWay = 0.5;

    /// <summary>By how many standard deviations of the logit the next fixed point has to be away.</summary>
    public const double LeastDistance = 6;
}
