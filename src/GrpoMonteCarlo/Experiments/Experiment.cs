using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>What is to be simulated, every default filled in. Made from an experiment file by <see cref="ExperimentReader"/>.</summary>
public sealed record Experiment
{
    /// <summary>The most updates that a replicate can have: iterations take 20 bits of a random address.</summary>
    public const int MostIterations = (1 << 20) - 1;

    /// <summary>The most replicates of a cell: replicates take 40 bits of a random address.</summary>
    public const long MostReplicates = 1L << 40;

    /// <summary>Name of the experiment, and of its folder of results.</summary>
    public required string Name { get; init; }

    /// <summary>What it shows, in words.</summary>
    public string Description { get; init; } = "";

    /// <summary>Seed of every random stream, 0 to 2^53 - 1.</summary>
    public required long Seed { get; init; }

    /// <summary>N, updates of each replicate, 1 to <see cref="MostIterations"/>.</summary>
    public required int Iterations { get; init; }

    /// <summary>R, replicates of each cell, up to <see cref="MostReplicates"/>; 0 for closed forms only.</summary>
    public required long Replicates { get; init; }

    /// <summary>The cells, as one or more products of lists.</summary>
    public required IReadOnlyList<Grid> Grids { get; init; }

    /// <summary>Which sampler draws the groups; null lets the plan choose by (G, M).</summary>
    public Sampler? Sampler { get; init; }

    /// <summary>Whether its cells share their random numbers.</summary>
    public Coupling Coupling { get; init; }

    /// <summary>Whether every replicate's trajectory is written.</summary>
    public bool RecordTrajectories { get; init; }

    /// <summary>Success probabilities whose first passages are written, rising, each strictly between 0 and 1; empty for none.</summary>
    public IReadOnlyList<double> Passages { get; init; } = [];

    /// <summary>What else ends a cell; null if only <see cref="Replicates"/> does.</summary>
    public StopRule? Stop { get; init; }

    /// <summary>The most replicates that a cell can come to have.</summary>
    public long MostReplicatesOfCell => Stop?.MaxReplicates ?? Replicates;

    /// <summary>The numbers of replicates after which a cell may be done, rising: R; with a target for the precision R, 2R, 4R, ... and the most.</summary>
    public IEnumerable<long> Checkpoints()
    {
        for (long count = Replicates; count < MostReplicatesOfCell; count *= 2)
        {
            yield return count;
        }

        yield return MostReplicatesOfCell;
    }
}

/// <summary>Lists of parameters; every combination is a cell.</summary>
public sealed record Grid
{
    /// <summary>Smoothing where the file gives none.</summary>
    public const double DefaultEpsilon = 1e-4;

    /// <summary>p_ref, each strictly between 0 and 1; empty if <see cref="Prompts"/> or <see cref="Arms"/> say it.</summary>
    public IReadOnlyList<double> PRef { get; init; } = [];

    /// <summary>Populations of prompts; empty if there are <see cref="PRef"/>.</summary>
    public IReadOnlyList<PromptPopulation> Prompts { get; init; } = [];

    /// <summary>Prompts that an update takes, each at least 1; null for all.</summary>
    public IReadOnlyList<int>? PromptsPerUpdate { get; init; }

    /// <summary>p_0, each strictly between 0 and 1; null starts at p_ref.</summary>
    public IReadOnlyList<double>? Start { get; init; }

    /// <summary>KL strengths, each positive.</summary>
    public required IReadOnlyList<double> Beta { get; init; }

    /// <summary>Smoothings, each at least 0.</summary>
    public IReadOnlyList<double> Epsilon { get; init; } = [DefaultEpsilon];

    /// <summary>G, rollouts in a group, each from 2 to 4096.</summary>
    public required IReadOnlyList<int> GroupSize { get; init; }

    /// <summary>M, groups in an update, each from 1 to 10^12.</summary>
    public required IReadOnlyList<long> Groups { get; init; }

    /// <summary>Advantage rules.</summary>
    public IReadOnlyList<AdvantageRule> Advantage { get; init; } = [AdvantageRule.Named[0]];

    /// <summary>KL anchors.</summary>
    public IReadOnlyList<KlAnchor> Anchor { get; init; } = [KlAnchor.Reference];

    /// <summary>Estimators of the step.</summary>
    public IReadOnlyList<Estimator> Estimator { get; init; } = [Updates.Estimator.Importance];

    /// <summary>How often the verifier is wrong.</summary>
    public IReadOnlyList<VerifierNoise> Verifier { get; init; } = [VerifierNoise.None];

    /// <summary>Updates by which the rollouts' policy is behind, each at least 0.</summary>
    public IReadOnlyList<int> Lag { get; init; } = [0];

    /// <summary>Sets of arms; null stands for success and failure alone.</summary>
    public IReadOnlyList<ArmSet?> Arms { get; init; } = [null];

    /// <summary>Updates of the policy.</summary>
    public IReadOnlyList<PolicyUpdate> Update { get; init; } = [PolicyUpdate.Tied];

    /// <summary>Updates after which the reference becomes the policy; 0 for never.</summary>
    public IReadOnlyList<int> StageLength { get; init; } = [0];
}

/// <summary>Which cells draw the same random numbers.</summary>
public enum Coupling
{
    /// <summary>None: each cell has its own.</summary>
    None,

    /// <summary>All: replicate r of every cell draws the same, so that differences between cells have a small error.</summary>
    Common,
}

/// <summary>How the outcomes of a group are drawn: three ways to draw from one law, at different cost (bench/README.md).</summary>
public enum Sampler
{
    /// <summary>Every rollout is drawn.</summary>
    Rollouts,

    /// <summary>Each group's K is drawn from its binomial distribution.</summary>
    Groups,

    /// <summary>The histogram of K over all groups is drawn at once.</summary>
    Counts,
}
