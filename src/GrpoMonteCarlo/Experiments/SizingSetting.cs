using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>For what a group size is sought: one prompt, started at its reference policy.</summary>
public sealed record SizingSetting
{
    /// <summary>p_ref, strictly between 0 and 1.</summary>
    public required double PRef { get; init; }

    /// <summary>KL strength, positive.</summary>
    public required double Beta { get; init; }

    /// <summary>Smoothing of the advantage rule, at least 0.</summary>
    public double Epsilon { get; init; } = Grid.DefaultEpsilon;

    /// <summary>Advantage rule.</summary>
    public AdvantageRule Advantage { get; init; } = AdvantageRule.Named[0];

    /// <summary>KL anchor; of a gradient update the reference.</summary>
    public KlAnchor Anchor { get; init; } = KlAnchor.Reference;

    /// <summary>The exact update, or gradient ascent of one step on its own rollouts, without clipping or masking.</summary>
    public PolicyUpdate Update { get; init; } = PolicyUpdate.Tied;

    /// <summary>What would be simulated with groups of this size.</summary>
    /// <param name="groupSize">G.</param>
    /// <param name="groups">M, groups an update.</param>
    public Grid GridOf(int groupSize, long groups) => new()
    {
        PRef = [PRef],
        Beta = [Beta],
        Epsilon = [Epsilon],
        GroupSize = [groupSize],
        Groups = [groups],
        Advantage = [Advantage],
        Anchor = [Anchor],
        Update = [Update],
    };
}
