using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>For what a group size is sought: one prompt, or many, each started at its reference policy.</summary>
public sealed record SizingSetting
{
    /// <summary>p_ref, strictly between 0 and 1; not used where there are <see cref="Prompts"/>.</summary>
    public double PRef { get; init; }

    /// <summary>Many prompts, all of them in every update; drawn ones are those that an experiment of seed <see cref="SizingCheck.Seed"/> has. Null for one.</summary>
    public PromptPopulation? Prompts { get; init; }

    /// <summary>KL strength, positive.</summary>
    public required double Beta { get; init; }

    /// <summary>Smoothing of the advantage rule, at least 0.</summary>
    public double Epsilon { get; init; } = Grid.DefaultEpsilon;

    /// <summary>Advantage rule.</summary>
    public AdvantageRule Advantage { get; init; } = AdvantageRule.Named[0];

    /// <summary>KL anchor; of a gradient update the reference.</summary>
    public KlAnchor Anchor { get; init; } = KlAnchor.Reference;

    /// <summary>The exact update, or gradient ascent on its own rollouts, without clipping or masking.</summary>
    public PolicyUpdate Update { get; init; } = PolicyUpdate.Tied;

    /// <summary>What would be simulated with groups of this size.</summary>
    /// <param name="groupSize">G.</param>
    /// <param name="groups">M, groups an update.</param>
    public Grid GridOf(int groupSize, long groups) => new()
    {
        PRef = Prompts is null ? [PRef] : [],
        Prompts = Prompts is null ? [] : [Prompts],
        Beta = [Beta],
        Epsilon = [Epsilon],
        GroupSize = [groupSize],
        Groups = [groups],
        Advantage = [Advantage],
        Anchor = [Anchor],
        Update = [Update],
    };

    internal IReadOnlyList<SuccessProbability> References() => Prompts is null
        ? [SuccessProbability.FromP(PRef)]
        : Prompts.ReferencesOf(new Experiment
        {
            Name = "plan",
            Seed = SizingCheck.Seed,
            Iterations = 0,
            Replicates = 0,
            Grids = [],
        });
}
