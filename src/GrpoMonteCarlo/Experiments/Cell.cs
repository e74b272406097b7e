using System.Text.Json.Nodes;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// One combination of parameters. Its identity is the SHA-256 of <see cref="CanonicalText"/>, which holds every parameter that changes
/// its law or how it is sampled, so that a cell draws the same random numbers in whatever experiment of the same seed it stands.
/// </summary>
public sealed class Cell
{
    /// <summary>The sampler's name among the <see cref="Parameters"/>.</summary>
    internal const string SamplerName = "sampler";

    private readonly Lazy<string> _id;

    /// <summary>A cell, named by its parameters.</summary>
    public Cell() => _id = new Lazy<string>(() => CanonicalJson.Sha256(CanonicalText));

    /// <summary>p_ref, the reference policy's success probability; of a population its mean.</summary>
    public required double PRef { get; init; }

    /// <summary>p_0, the start; null at p_ref, each prompt of a population at its own.</summary>
    public double? GivenStart { get; init; }

    /// <summary>p_0, the start; of a population that starts at its references the mean.</summary>
    public double Start => GivenStart ?? PRef;

    /// <summary>KL strength.</summary>
    public required double Beta { get; init; }

    /// <summary>Smoothing of the advantage rule.</summary>
    public required double Epsilon { get; init; }

    /// <summary>G, rollouts in a group.</summary>
    public required int GroupSize { get; init; }

    /// <summary>M, groups in an update of one prompt.</summary>
    public required long Groups { get; init; }

    /// <summary>Advantage rule.</summary>
    public required AdvantageRule Advantage { get; init; }

    /// <summary>KL anchor.</summary>
    public required KlAnchor Anchor { get; init; }

    /// <summary>Estimator of the step.</summary>
    public required Estimator Estimator { get; init; }

    /// <summary>The sampler that draws the cell.</summary>
    public required Sampler Sampler { get; init; }

    /// <summary>Whose random numbers the cell draws: its own, or those of all cells that are coupled.</summary>
    public Coupling Coupling { get; init; }

    /// <summary>How often the verifier is wrong.</summary>
    public VerifierNoise Verifier { get; init; }

    /// <summary>Rollouts come from the policy of so many updates ago; 0 from the newest.</summary>
    public int Lag { get; init; }

    /// <summary>S: after every S updates the reference becomes the policy; 0 never.</summary>
    public int StageLength { get; init; }

    /// <summary>The prompts, if there are many; null for one.</summary>
    public PromptPopulation? Population { get; init; }

    /// <summary>Number of prompts.</summary>
    public int Prompts => Population?.Count ?? 1;

    /// <summary>How many prompts, chosen at random, an update takes; all of them where null.</summary>
    public int? GivenPromptsPerUpdate { get; init; }

    /// <summary>How many prompts an update takes.</summary>
    public int PromptsPerUpdate => GivenPromptsPerUpdate ?? Prompts;

    /// <summary>The arms of the policy; null for success and failure alone.</summary>
    public ArmSet? Arms { get; init; }

    /// <summary>How the policy follows from the rollouts.</summary>
    public PolicyUpdate Update { get; init; } = PolicyUpdate.Tied;

    /// <summary>How many numbers a policy is: its arms, or one that is its success probability.</summary>
    public int PolicyArms => Arms?.Count ?? (NeedsArms ? 2 : 1);

    /// <summary>Whether an update has to know which arms its rollouts drew: all but the tied one do.</summary>
    public bool NeedsArms => Update.Kind != UpdateKind.Tied;

    /// <summary>The coupled cells that the plan compares this one with; none of an uncoupled cell.</summary>
    public IReadOnlyList<Comparison> Comparisons { get; internal set; } = [];

    /// <summary>
    /// The parameters as canonical JSON (RFC 8785), in the words of the experiment file, members at their defaults left out.
    /// </summary>
    public string CanonicalText => CanonicalJson.Of(Parameters());

    /// <summary>SHA-256 of <see cref="CanonicalText"/> in UTF-8, 64 hexadecimal digits.</summary>
    public string Id => _id.Value;

    /// <summary>Rollouts of one update of one prompt, M G; dynamic sampling may draw more.</summary>
    public long RolloutsPerUpdate => Groups * GroupSize;

    /// <summary>The parameters in the words of the experiment file, members at their defaults left out.</summary>
    internal JsonObject Parameters()
    {
        var members = new JsonObject
        {
            ["beta"] = Beta,
            ["groupSize"] = GroupSize,
            ["groups"] = Groups,
            [SamplerName] = ExperimentJson.Name(Sampler),
        };
        void AddIf(bool differs, string name, JsonNode? value)
        {
            if (differs)
            {
                members[name] = value;
            }
        }

        AddIf(Population is null && Arms?.GivenPRef is null, "pRef", PRef);
        AddIf(Population is not null, "prompts", Population is null ? null : ExperimentJson.Of(Population));
        AddIf(GivenStart is not null && (Population is not null || GivenStart != PRef), "start", GivenStart);
        AddIf(Epsilon != Grid.DefaultEpsilon, "epsilon", Epsilon);
        AddIf(Advantage != AdvantageRule.Named[0], "advantage", ExperimentJson.Of(Advantage));
        AddIf(Anchor != KlAnchor.Reference, "anchor", ExperimentJson.Of(Anchor));
        AddIf(Estimator != Estimator.Importance, "estimator", ExperimentJson.Name(Estimator));
        AddIf(Verifier != VerifierNoise.None, "verifier", ExperimentJson.Of(Verifier));
        AddIf(Lag != 0, "lag", Lag);
        AddIf(StageLength != 0, "stageLength", StageLength);
        AddIf(PromptsPerUpdate != Prompts, "promptsPerUpdate", PromptsPerUpdate);
        AddIf(Arms is not null, "arms", Arms is null ? null : ExperimentJson.Of(Arms));
        AddIf(Coupling != Coupling.None, "coupling", ExperimentJson.Name(Coupling));
        AddIf(Update != PolicyUpdate.Tied, "update", ExperimentJson.Of(Update));
        return members;
    }
}
