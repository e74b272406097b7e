namespace GrpoMonteCarlo.Experiments;

/// <summary>The shapes that the reference policy over arms can have.</summary>
public enum ReferenceShape
{
    /// <summary>All arms alike.</summary>
    Uniform,

    /// <summary>Arm o, from 0, with weight (o+1)^-exponent.</summary>
    Zipf,

    /// <summary>Drawn once, from the seed and the arms, from a symmetric Dirichlet distribution.</summary>
    Dirichlet,

    /// <summary>Given, arm by arm.</summary>
    Given,
}

/// <summary>
/// The arms of a policy and the shape of its reference. Which arms succeed is given, or chosen so that their probability comes near the
/// target p_ref; then both classes are scaled so that it is p_ref.
/// </summary>
public sealed record ArmSet
{
    /// <summary>The most arms.</summary>
    public const int MostArms = Kernels.ArmWeights.MaxArms;

    /// <summary>Number of arms, 2 to <see cref="MostArms"/>.</summary>
    public required int Count { get; init; }

    /// <summary>Shape of the reference policy.</summary>
    public ReferenceShape Shape { get; init; }

    /// <summary>The exponent of a Zipf reference, the concentration of a Dirichlet one; otherwise 0.</summary>
    public double Parameter { get; init; }

    /// <summary>The probabilities of a given reference, each positive, together 1; otherwise null.</summary>
    public IReadOnlyList<double>? Given { get; init; }

    /// <summary>The arms that succeed, by number, if they are given.</summary>
    public IReadOnlyList<int>? Success { get; init; }

    /// <summary>The probability of the arms that succeed, where both are given; otherwise null.</summary>
    public double? GivenPRef => Success is null || Given is null ? null : Success.Sum(arm => Given[arm]) / Given.Sum();
}
