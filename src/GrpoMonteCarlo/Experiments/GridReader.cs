using System.Text.Json;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads a grid: lists of parameters, every combination of which is a cell.</summary>
internal static class GridReader
{
    private const int MostLag = 1000;

    /// <summary>Reads one grid.</summary>
    public static Grid Read(JsonInput input)
    {
        Dictionary<string, JsonInput> members = input.Members(
            "pRef",
            "start",
            "beta",
            "epsilon",
            "groupSize",
            "groups",
            "advantage",
            "anchor",
            "estimator",
            "verifier",
            "lag",
            "stageLength",
            "prompts",
            "promptsPerUpdate",
            "arms",
            "update",
            "preset");
        LibraryPreset? preset = members.TryGetValue("preset", out JsonInput named) ? ReadPreset(named) : null;
        Grid standard = preset is null ? new Grid { Beta = [], GroupSize = [], Groups = [] } : DefaultsOf(preset);
        if (preset is { GroupSize: null } && !members.ContainsKey("groupSize"))
        {
            throw input.Wrong($"needs \"groupSize\": the preset {preset.Name} has none");
        }

        // What neither the file nor a preset says has a default, or has to be there.
        IReadOnlyList<T> ListOf<T>(string name, Func<JsonInput, T> read, IReadOnlyList<T> otherwise) =>
            members.TryGetValue(name, out JsonInput member) ? ReadList(member, read) : otherwise;
        IReadOnlyList<double> NumbersOf(string name, Func<double, string?> complaint, IReadOnlyList<double> otherwise) =>
            otherwise.Count > 0 && !members.ContainsKey(name) ? otherwise : GridAxis.Numbers(input.Required(members, name), complaint);
        IReadOnlyList<int> IntegersOf(string name, int least, int most, IReadOnlyList<int> otherwise) =>
            otherwise.Count > 0 && !members.ContainsKey(name)
                ? otherwise
                : [.. GridAxis.Integers(input.Required(members, name), least, most).Select(value => (int)value)];

        IReadOnlyList<PromptPopulation> prompts = ListOf("prompts", PromptPopulationReader.Read, []);
        IReadOnlyList<ArmSet?> arms = ListOf<ArmSet?>("arms", ArmSetReader.Read, standard.Arms);
        IReadOnlyList<int> groupSizes = IntegersOf("groupSize", ParameterRules.SmallestGroup, ParameterRules.LargestGroup, standard.GroupSize);
        return standard with
        {
            PRef = IsPRefSaid(members, prompts, arms) ? [] : NumbersOf("pRef", ParameterRules.Probability, []),
            Prompts = prompts,
            PromptsPerUpdate = members.ContainsKey("promptsPerUpdate") ? IntegersOf("promptsPerUpdate", 1, PromptPopulation.MostPrompts, []) : null,
            Arms = arms,
            Start = members.ContainsKey("start") ? NumbersOf("start", ParameterRules.Probability, []) : null,
            Beta = NumbersOf("beta", ParameterRules.BetaOrZero, standard.Beta),
            Epsilon = NumbersOf("epsilon", ParameterRules.Epsilon, standard.Epsilon),
            GroupSize = groupSizes,
            Groups = GridAxis.Integers(input.Required(members, "groups"), 1, CountsSampler.MaxGroups),
            Advantage = ListOf("advantage", advantage => AdvantageReader.Read(advantage, groupSizes), standard.Advantage),
            Anchor = ListOf("anchor", ReadAnchor, standard.Anchor),
            Estimator = ListOf("estimator", ReadEstimator, standard.Estimator),
            Verifier = ListOf("verifier", ReadVerifier, standard.Verifier),
            Lag = IntegersOf("lag", 0, MostLag, standard.Lag),
            StageLength = IntegersOf("stageLength", 0, Experiment.MostIterations, standard.StageLength),
            Update = ListOf("update", update => UpdateReader.Read(update, preset), standard.Update),
        };
    }

    private static Grid DefaultsOf(LibraryPreset preset) => new()
    {
        Beta = [preset.Beta],
        Epsilon = [preset.Epsilon],
        GroupSize = preset.GroupSize is { } size ? [size] : [],
        Groups = [],
        Advantage = [preset.Advantage],
        Estimator = [preset.DynamicSampling ? Estimator.DynamicSampling : Estimator.Importance],
        Update = [PolicyUpdate.FollowGradient(preset.Gradient)],
    };

    // Whether p_ref comes from the prompts or from the arms.
    private static bool IsPRefSaid(Dictionary<string, JsonInput> members, IReadOnlyList<PromptPopulation> prompts, IReadOnlyList<ArmSet?> arms)
    {
        bool said = members.TryGetValue("pRef", out JsonInput pRef);
        if (prompts.Count > 0)
        {
            return said ? throw pRef.Wrong("a grid has \"pRef\" or \"prompts\", not both: the prompts have their own") : true;
        }

        if (members.TryGetValue("promptsPerUpdate", out JsonInput perUpdate))
        {
            throw perUpdate.Wrong("needs \"prompts\"");
        }

        if (!arms.Any(set => set?.GivenPRef is not null))
        {
            return false;
        }

        if (arms.Any(set => set?.GivenPRef is null))
        {
            throw members["arms"].Wrong("arms that say p_ref, their probabilities and successes being given, need a grid of their own");
        }

        return said ? throw pRef.Wrong("the arms say p_ref: their probabilities and their successes are given") : true;
    }

    private static List<T> ReadList<T>(JsonInput input, Func<JsonInput, T> read)
    {
        var values = new List<T>();
        var seen = new HashSet<T>();
        foreach (JsonInput element in input.OneOrMany())
        {
            T value = read(element);
            if (!seen.Add(value))
            {
                throw element.Wrong("stands in the list twice");
            }

            values.Add(value);
        }

        return values;
    }

    private static KlAnchor ReadAnchor(JsonInput input)
    {
        if (input.Value.ValueKind == JsonValueKind.Object)
        {
            if (!input.Members("mixed").TryGetValue("mixed", out JsonInput mixed))
            {
                throw input.Wrong("needs \"mixed\"");
            }

            double alpha = mixed.Number();
            return alpha is > 0 and < 1
                ? KlAnchor.Mixed(alpha)
                : throw mixed.Wrong($"must lie strictly between 0 and 1, is {mixed.Value.GetRawText()}");
        }

        return input.Text() switch
        {
            "reference" => KlAnchor.Reference,
            "previous" => KlAnchor.Previous,
            var other => throw input.Wrong($"unknown anchor \"{other}\"; known: reference, previous, {{\"mixed\": alpha}}"),
        };
    }

    private static Estimator ReadEstimator(JsonInput input) => input.OneOf("estimator", Enum.GetValues<Estimator>(), ExperimentJson.Name);

    private static LibraryPreset ReadPreset(JsonInput input) => input.OneOf("preset", LibraryPreset.Named, preset => preset.Name);

    private static VerifierNoise ReadVerifier(JsonInput input)
    {
        Dictionary<string, JsonInput> members = input.Members("falsePositive", "falseNegative");
        double Rate(string name)
        {
            if (!members.TryGetValue(name, out JsonInput member))
            {
                return 0;
            }

            double rate = member.Number();
            return rate is >= 0 and < 1 ? rate : throw member.Wrong($"must be at least 0 and below 1, is {member.Value.GetRawText()}");
        }

        double falsePositive = Rate("falsePositive");
        double falseNegative = Rate("falseNegative");
        return falsePositive + falseNegative < 1
            ? new VerifierNoise(falsePositive, falseNegative)
            : throw input.Wrong("falsePositive and falseNegative must add up to less than 1: beyond, a reward speaks against success");
    }
}
