using System.Text.Json.Nodes;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Experiments as JSON in the words of the experiment file, as resolved: every default filled in, every range a list.</summary>
public static class ExperimentJson
{
    /// <summary>The resolved experiment as canonical JSON (RFC 8785); its SHA-256 identifies the experiment.</summary>
    public static string Canonical(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        var members = new JsonObject
        {
            ["name"] = experiment.Name,
            ["description"] = experiment.Description,
            ["seed"] = experiment.Seed,
            ["iterations"] = experiment.Iterations,
            ["replicates"] = experiment.Replicates,
            ["grid"] = List(experiment.Grids, Of),
            ["sampler"] = experiment.Sampler is { } sampler ? Name(sampler) : "auto",
            ["record"] = new JsonObject { ["trajectories"] = experiment.RecordTrajectories },
        };
        if (experiment.Passages.Count > 0)
        {
            members["record"]!["passages"] = List(experiment.Passages, p => JsonValue.Create(p));
        }

        if (experiment.Coupling != Coupling.None)
        {
            members["coupling"] = Name(experiment.Coupling);
        }

        if (experiment.Stop is { } stop)
        {
            members["stop"] = Of(stop);
        }

        return CanonicalJson.Of(members);
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

    /// <summary>The coupling's name in files, and in the random streams of cells that are coupled.</summary>
    public static string Name(Coupling coupling) => coupling switch
    {
        Coupling.None => "none",
        Coupling.Common => "common",
        _ => throw new ArgumentOutOfRangeException(nameof(coupling)),
    };

    /// <summary>The name in files of what ended a cell.</summary>
    public static string Name(StopReason reason) => reason switch
    {
        StopReason.Replicates => "replicates",
        StopReason.Precision => "precision",
        StopReason.MaxReplicates => "max-replicates",
        StopReason.TimeLimit => "time-limit",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>The estimator's name in files.</summary>
    public static string Name(Estimator estimator) => estimator switch
    {
        Estimator.Importance => "importance",
        Estimator.PlugIn => "plug-in",
        Estimator.SelfNormalized => "self-normalized",
        Estimator.DropDegenerate => "drop-degenerate",
        Estimator.DynamicSampling => "dynamic-sampling",
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

    internal static JsonNode Of(VerifierNoise noise) => new JsonObject
    {
        ["falsePositive"] = noise.FalsePositive,
        ["falseNegative"] = noise.FalseNegative,
    };

    internal static JsonNode Of(PromptPopulation prompts) => prompts.Beta is { } beta
        ? new JsonObject { ["count"] = prompts.Count, ["beta"] = new JsonArray(beta.A, beta.B) }
        : new JsonObject { ["pRef"] = List(prompts.Given!, p => JsonValue.Create(p)) };

    /// <summary>The name of a KL estimator in files.</summary>
    public static string Name(KlEstimator kl) => kl switch
    {
        KlEstimator.Exact => "exact",
        KlEstimator.K1 => "k1",
        KlEstimator.K2 => "k2",
        KlEstimator.K3 => "k3",
        KlEstimator.CorrectedK3 => "k3-corrected",
        KlEstimator.K1InReward => "k1-in-reward",
        _ => throw new ArgumentOutOfRangeException(nameof(kl)),
    };

    /// <summary>The kind of an update in files.</summary>
    public static string Name(UpdateKind kind) => kind switch
    {
        UpdateKind.Tied => "tied",
        UpdateKind.PerArm => "per-arm",
        UpdateKind.Gradient => "gradient",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The shape of a reference policy in files.</summary>
    public static string Name(ReferenceShape shape) => shape switch
    {
        ReferenceShape.Uniform => "uniform",
        ReferenceShape.Zipf => "zipf",
        ReferenceShape.Dirichlet => "dirichlet",
        ReferenceShape.Given => "given",
        _ => throw new ArgumentOutOfRangeException(nameof(shape)),
    };

    internal static JsonNode Of(ArmSet arms)
    {
        if (arms is { Shape: ReferenceShape.Uniform, Success: null })
        {
            return JsonValue.Create(arms.Count);
        }

        var members = new JsonObject
        {
            ["count"] = arms.Count,
            ["reference"] = arms.Shape switch
            {
                ReferenceShape.Uniform => Name(arms.Shape),
                ReferenceShape.Given => List(arms.Given!, p => JsonValue.Create(p)),
                _ => new JsonObject { [Name(arms.Shape)] = arms.Parameter },
            },
        };
        if (arms.Success is { } success)
        {
            members["success"] = List(success, arm => JsonValue.Create(arm));
        }

        return members;
    }

    // A gradient update says what differs from the defaults.
    internal static JsonNode Of(PolicyUpdate update)
    {
        if (update.Gradient is not { } gradient)
        {
            return JsonValue.Create(Name(update.Kind));
        }

        var standard = new GradientSettings();
        var members = new JsonObject { ["kind"] = Name(update.Kind) };
        void AddIf(bool differs, string name, JsonNode? value)
        {
            if (differs)
            {
                members[name] = value;
            }
        }

        static JsonNode? Bound(double clip) => double.IsInfinity(clip) ? null : JsonValue.Create(clip);
        AddIf(gradient.Steps != standard.Steps, "steps", gradient.Steps);
        AddIf(gradient.LearningRate != standard.LearningRate, "learningRate", gradient.LearningRate);
        AddIf(
            double.IsFinite(gradient.ClipLow) || double.IsFinite(gradient.ClipHigh),
            "clip",
            gradient.ClipLow == gradient.ClipHigh ? Bound(gradient.ClipLow) : new JsonArray(Bound(gradient.ClipLow), Bound(gradient.ClipHigh)));
        AddIf(gradient.Kl != standard.Kl, "kl", Name(gradient.Kl));
        AddIf(gradient.MaskDegenerateKl, "degenerateKl", "masked");
        return members;
    }

    private static JsonObject Of(StopRule stop)
    {
        var members = new JsonObject();
        if (stop.TargetStandardError is { } target)
        {
            members["targetStandardError"] = stop.IsRelative ? new JsonObject { ["relative"] = target } : target;
            members["maxReplicates"] = stop.MaxReplicates;
        }

        if (stop.TimeLimit is { } limit)
        {
            members["timeLimit"] = limit;
        }

        return members;
    }

    private static JsonObject Of(Grid grid)
    {
        var members = new JsonObject
        {
            ["beta"] = List(grid.Beta, beta => JsonValue.Create(beta)),
            ["epsilon"] = List(grid.Epsilon, epsilon => JsonValue.Create(epsilon)),
            ["groupSize"] = List(grid.GroupSize, g => JsonValue.Create(g)),
            ["groups"] = List(grid.Groups, m => JsonValue.Create(m)),
            ["advantage"] = List(grid.Advantage, Of),
            ["anchor"] = List(grid.Anchor, Of),
            ["estimator"] = List(grid.Estimator, estimator => JsonValue.Create(Name(estimator))),
        };
        void AddIf(bool said, string name, Func<JsonNode> value)
        {
            if (said)
            {
                members[name] = value();
            }
        }

        // What is not said is left out, so that members added later change no earlier experiment's hash.
        AddIf(grid.PRef.Count > 0, "pRef", () => List(grid.PRef, p => JsonValue.Create(p)));
        AddIf(grid.Prompts.Count > 0, "prompts", () => List(grid.Prompts, Of));
        AddIf(grid.Start is not null, "start", () => List(grid.Start!, p => JsonValue.Create(p)));
        AddIf(grid.Verifier is not [{ FalsePositive: 0, FalseNegative: 0 }], "verifier", () => List(grid.Verifier, Of));
        AddIf(grid.Lag is not [0], "lag", () => List(grid.Lag, lag => JsonValue.Create(lag)));
        AddIf(grid.StageLength is not [0], "stageLength", () => List(grid.StageLength, s => JsonValue.Create(s)));
        AddIf(grid.Arms is not [null], "arms", () => List(grid.Arms, arms => arms is null ? null : Of(arms)));
        AddIf(grid.Update is not [{ Kind: UpdateKind.Tied }], "update", () => List(grid.Update, Of));
        AddIf(grid.PromptsPerUpdate is not null, "promptsPerUpdate", () => List(grid.PromptsPerUpdate!, b => JsonValue.Create(b)));
        return members;
    }

    private static JsonArray List<T>(IEnumerable<T> values, Func<T, JsonNode?> of) => [.. values.Select(of)];
}
