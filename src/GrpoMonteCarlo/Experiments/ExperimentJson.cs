using System.Text.Json.Nodes;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Experiments as JSON in the words of the experiment file, as resolved: every default filled in, every range a list.</summary>
public static class ExperimentJson
{
    /// <summary>The resolved experiment as canonical JSON (RFC 8785); its SHA-256 identifies the experiment.</summary>
    public static string Canonical(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        return CanonicalJson.Of(new JsonObject
        {
            ["name"] = experiment.Name,
            ["description"] = experiment.Description,
            ["seed"] = experiment.Seed,
            ["iterations"] = experiment.Iterations,
            ["replicates"] = experiment.Replicates,
            ["grid"] = List(experiment.Grids, Of),
            ["sampler"] = experiment.Sampler is { } sampler ? Name(sampler) : "auto",
            ["record"] = new JsonObject { ["trajectories"] = experiment.RecordTrajectories },
        });
    }

    /// <summary>SHA-256 of the canonical form, 64 hexadecimal digits.</summary>
    public static string Hash(Experiment experiment) => CanonicalJson.Sha256(Canonical(experiment));

    /// <summary>The sampler's name in files.</summary>
    public static string Name(Sampler sampler) => sampler switch
    {
        Sampler.Rollouts => "rollouts",
        Sampler.Groups => "groups",
        Sampler.Counts => "counts",
        _ => throw new ArgumentOutOfRangeException(nameof(sampler)),
    };

    /// <summary>The estimator's name in files.</summary>
    public static string Name(Estimator estimator) => estimator switch
    {
        Estimator.Importance => "importance",
        _ => throw new ArgumentOutOfRangeException(nameof(estimator)),
    };

    /// <summary>The advantage rule's name in files; a given table as the JSON that gives it.</summary>
    public static string Name(AdvantageRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return rule.GivenScale is null ? rule.Name : CanonicalJson.Of(Of(rule));
    }

    internal static JsonNode Of(AdvantageRule rule) => rule.GivenScale is { } scale
        ? new JsonObject { ["scale"] = List(scale, s => JsonValue.Create(s)) }
        : JsonValue.Create(rule.Name);

    internal static JsonNode Of(KlAnchor anchor) => anchor.Name == "mixed"
        ? new JsonObject { ["mixed"] = anchor.Alpha }
        : JsonValue.Create(anchor.Name);

    private static JsonObject Of(Grid grid)
    {
        var members = new JsonObject
        {
            ["pRef"] = List(grid.PRef, p => JsonValue.Create(p)),
            ["beta"] = List(grid.Beta, beta => JsonValue.Create(beta)),
            ["epsilon"] = List(grid.Epsilon, epsilon => JsonValue.Create(epsilon)),
            ["groupSize"] = List(grid.GroupSize, g => JsonValue.Create(g)),
            ["groups"] = List(grid.Groups, m => JsonValue.Create(m)),
            ["advantage"] = List(grid.Advantage, Of),
            ["anchor"] = List(grid.Anchor, Of),
            ["estimator"] = List(grid.Estimator, estimator => JsonValue.Create(Name(estimator))),
        };
        if (grid.Start is { } start)
        {
            members["start"] = List(start, p => JsonValue.Create(p));
        }

        return members;
    }

    private static JsonArray List<T>(IEnumerable<T> values, Func<T, JsonNode?> of) => [.. values.Select(of)];
}
