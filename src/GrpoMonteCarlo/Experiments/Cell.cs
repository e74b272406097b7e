using System.Text.Json.Nodes;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// One combination of parameters. Its identity is the SHA-256 of <see cref="CanonicalText"/>, which holds every parameter that changes
/// its law or how it is sampled, so that a cell draws the same random numbers in whatever experiment of the same seed it stands.
/// </summary>
public sealed class Cell
{
    /// <param name="pRef">p_ref.</param>
    /// <param name="start">p_0.</param>
    /// <param name="beta">KL strength.</param>
    /// <param name="epsilon">Smoothing.</param>
    /// <param name="groupSize">G.</param>
    /// <param name="groups">M.</param>
    /// <param name="advantage">Advantage rule.</param>
    /// <param name="anchor">KL anchor.</param>
    /// <param name="estimator">Estimator of the step.</param>
    /// <param name="sampler">Sampler.</param>
    public Cell(
        double pRef,
        double start,
        double beta,
        double epsilon,
        int groupSize,
        long groups,
        AdvantageRule advantage,
        KlAnchor anchor,
        Estimator estimator,
        Sampler sampler)
    {
        ArgumentNullException.ThrowIfNull(advantage);
        ArgumentNullException.ThrowIfNull(anchor);
        PRef = pRef;
        Start = start;
        Beta = beta;
        Epsilon = epsilon;
        GroupSize = groupSize;
        Groups = groups;
        Advantage = advantage;
        Anchor = anchor;
        Estimator = estimator;
        Sampler = sampler;
        Id = CanonicalJson.Sha256(CanonicalText);
    }

    /// <summary>p_ref, the reference policy's success probability.</summary>
    public double PRef { get; }

    /// <summary>p_0, the start.</summary>
    public double Start { get; }

    /// <summary>KL strength.</summary>
    public double Beta { get; }

    /// <summary>Smoothing of the advantage rule.</summary>
    public double Epsilon { get; }

    /// <summary>G, rollouts in a group.</summary>
    public int GroupSize { get; }

    /// <summary>M, groups in an update.</summary>
    public long Groups { get; }

    /// <summary>Advantage rule.</summary>
    public AdvantageRule Advantage { get; }

    /// <summary>KL anchor.</summary>
    public KlAnchor Anchor { get; }

    /// <summary>Estimator of the step.</summary>
    public Estimator Estimator { get; }

    /// <summary>The sampler that draws the cell.</summary>
    public Sampler Sampler { get; }

    /// <summary>
    /// The parameters as canonical JSON (RFC 8785), in the words of the experiment file, members at their defaults left out.
    /// </summary>
    public string CanonicalText => CanonicalJson.Of(Describe());

    /// <summary>SHA-256 of <see cref="CanonicalText"/> in UTF-8, 64 hexadecimal digits.</summary>
    public string Id { get; }

    /// <summary>Rollouts of one update, M G.</summary>
    public long RolloutsPerUpdate => Groups * GroupSize;

    private JsonObject Describe()
    {
        var members = new JsonObject
        {
            ["pRef"] = PRef,
            ["beta"] = Beta,
            ["groupSize"] = GroupSize,
            ["groups"] = Groups,
            ["sampler"] = ExperimentJson.Name(Sampler),
        };
        if (Start != PRef)
        {
            members["start"] = Start;
        }

        if (Epsilon != Grid.DefaultEpsilon)
        {
            members["epsilon"] = Epsilon;
        }

        if (Advantage != AdvantageRule.Named[0])
        {
            members["advantage"] = ExperimentJson.Of(Advantage);
        }

        if (Anchor != KlAnchor.Reference)
        {
            members["anchor"] = ExperimentJson.Of(Anchor);
        }

        if (Estimator != Estimator.Importance)
        {
            members["estimator"] = ExperimentJson.Name(Estimator);
        }

        return members;
    }
}
