using System.Globalization;
using System.Text.Json;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads experiment files: JSON with comments and trailing commas, every member checked.</summary>
public static class ExperimentReader
{
    private const long MostGroups = 1_000_000_000_000;
    private const int MostLag = 1000;
    private const long LargestSeed = (1L << 53) - 1;

    private static readonly JsonDocumentOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>Reads an experiment.</summary>
    /// <param name="utf8Json">The file's bytes.</param>
    /// <exception cref="ExperimentException">The text is not JSON, or not an experiment; the message has the place and the reason.</exception>
    public static Experiment Read(ReadOnlyMemory<byte> utf8Json)
    {
        if (utf8Json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
        {
            utf8Json = utf8Json[3..];
        }

        if (utf8Json.Span.IndexOfAnyExcept(" \t\r\n"u8) < 0)
        {
            throw new ExperimentException("$", "the file is empty");
        }

        try
        {
            using var document = JsonDocument.Parse(utf8Json, Options);
            return ReadExperiment(new JsonInput(document.RootElement, "$"));
        }
        catch (JsonException broken)
        {
            string place = broken.LineNumber is { } line ? $"line {line + 1}, byte {broken.BytePositionInLine + 1}" : "$";
            throw new ExperimentException(place, $"not valid JSON: {FirstSentence(broken.Message)}");
        }
        catch (InvalidOperationException) // a string whose bytes are no text
        {
            throw new ExperimentException("$", "not valid JSON: a string is not valid UTF-8");
        }
    }

    /// <summary>Reads an advantage rule by itself: a name, or {"scale": [...]}.</summary>
    /// <param name="text">The name or the JSON.</param>
    /// <param name="path">What to call it in an error.</param>
    /// <param name="groupSize">G that a given scale has to fit, if there is one.</param>
    /// <exception cref="ExperimentException">There is no such rule.</exception>
    public static AdvantageRule ReadAdvantage(string text, string path, int? groupSize)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            string json = text.StartsWith('{') ? text : JsonSerializer.Serialize(text);
            using var document = JsonDocument.Parse(json, Options);
            return ReadAdvantage(new JsonInput(document.RootElement, path), groupSize is { } g ? [g] : []);
        }
        catch (JsonException broken)
        {
            throw new ExperimentException(path, $"not valid JSON: {FirstSentence(broken.Message)}");
        }
    }

    private static Experiment ReadExperiment(JsonInput root)
    {
        Dictionary<string, JsonInput> members = root.Members(
            "$schema", "name", "description", "seed", "iterations", "replicates", "grid", "sampler", "record");
        JsonInput Required(string name) => members.TryGetValue(name, out JsonInput member) ? member : throw root.Wrong($"needs \"{name}\"");

        if (members.TryGetValue("$schema", out JsonInput schema))
        {
            schema.Text();
        }

        return new Experiment
        {
            Name = ReadName(Required("name")),
            Description = members.TryGetValue("description", out JsonInput description) ? description.Text() : "",
            Seed = Required("seed").Integer(0, LargestSeed),
            Iterations = (int)Required("iterations").Integer(1, Experiment.MostIterations),
            Replicates = Required("replicates").Integer(0, Experiment.MostReplicates),
            Grids = [.. Required("grid").OneOrMany().Select(ReadGrid)],
            Sampler = members.TryGetValue("sampler", out JsonInput sampler) ? ReadSampler(sampler) : null,
            RecordTrajectories = members.TryGetValue("record", out JsonInput record)
                && record.Members("trajectories").TryGetValue("trajectories", out JsonInput trajectories)
                && trajectories.Boolean(),
        };
    }

    // The name becomes a folder's.
    private static string ReadName(JsonInput input)
    {
        string name = input.Text();
        bool usable = name.Length is > 0 and <= 100
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            && char.IsAsciiLetterOrDigit(name[0]);
        return usable
            ? name
            : throw input.Wrong("must be 1 to 100 letters, digits, '-', '_' or '.', a letter or digit first: it names the folder of results");
    }

    private static Sampler? ReadSampler(JsonInput input)
    {
        string name = input.Text();
        if (name == "auto")
        {
            return null;
        }

        Sampler[] samplers = Enum.GetValues<Sampler>();
        int known = Array.FindIndex(samplers, sampler => ExperimentJson.Name(sampler) == name);
        return known >= 0
            ? samplers[known]
            : throw input.Wrong($"unknown sampler \"{name}\"; known: auto, {string.Join(", ", samplers.Select(ExperimentJson.Name))}");
    }

    private static Grid ReadGrid(JsonInput input)
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
        JsonInput Required(string name) => members.TryGetValue(name, out JsonInput member) ? member : throw input.Wrong($"needs \"{name}\"");
        IReadOnlyList<T> ListOf<T>(string name, Func<JsonInput, T> read, IReadOnlyList<T> otherwise) =>
            members.TryGetValue(name, out JsonInput member) ? ReadList(member, read) : otherwise;

        IReadOnlyList<int> IntegersOf(string name, int least, int most, IReadOnlyList<int> otherwise) =>
            members.TryGetValue(name, out JsonInput member) ? [.. GridAxis.Integers(member, least, most).Select(value => (int)value)] : otherwise;

        if (members.TryGetValue("prompts", out JsonInput prompts) && members.TryGetValue("pRef", out JsonInput both))
        {
            throw both.Wrong("a grid has \"pRef\" or \"prompts\", not both: the prompts have their own");
        }

        if (members.TryGetValue("promptsPerUpdate", out JsonInput perUpdate) && prompts.Path is null)
        {
            throw perUpdate.Wrong("needs \"prompts\"");
        }

        LibraryPreset? preset = members.TryGetValue("preset", out JsonInput named) ? ReadPreset(named) : null;
        JsonInput GroupSizeInput() => preset is null || members.ContainsKey("groupSize")
            ? Required("groupSize")
            : throw input.Wrong($"needs \"groupSize\": the preset {preset.Name} has none");

        List<ArmSet> arms = members.TryGetValue("arms", out JsonInput armsInput) ? ReadList(armsInput, ReadArms) : [];
        bool armsSayPRef = arms.Exists(set => set.GivenPRef is not null);
        if (armsSayPRef && arms.Exists(set => set.GivenPRef is null))
        {
            throw armsInput.Wrong("arms that say p_ref, their probabilities and successes being given, need a grid of their own");
        }

        if (armsSayPRef && members.TryGetValue("pRef", out JsonInput said))
        {
            throw said.Wrong("the arms say p_ref: their probabilities and their successes are given");
        }

        IReadOnlyList<PolicyUpdate> updates = ListOf(
            "update",
            update => ReadUpdate(update, preset),
            preset is null ? [PolicyUpdate.Tied] : [PolicyUpdate.FollowGradient(preset.Gradient)]);
        var grid = new Grid
        {
            PRef = prompts.Path is null && !armsSayPRef ? GridAxis.Numbers(Required("pRef"), ParameterRules.Probability) : [],
            Arms = arms.Count == 0 ? [null] : [.. arms],
            Update = updates,
            Prompts = prompts.Path is null ? [] : ReadList(prompts, ReadPrompts),
            PromptsPerUpdate = perUpdate.Path is null ? null : IntegersOf("promptsPerUpdate", 1, PromptPopulation.MostPrompts, []),
            Verifier = ListOf("verifier", ReadVerifier, [VerifierNoise.None]),
            Lag = IntegersOf("lag", 0, MostLag, [0]),
            StageLength = IntegersOf("stageLength", 0, Experiment.MostIterations, [0]),
            Start = members.TryGetValue("start", out JsonInput start) ? GridAxis.Numbers(start, ParameterRules.Probability) : null,
            Beta = preset is not null && !members.ContainsKey("beta") ? [preset.Beta] : GridAxis.Numbers(Required("beta"), ParameterRules.BetaOrZero),
            GroupSize = preset?.GroupSize is { } size && !members.ContainsKey("groupSize")
                ? [size]
                : [.. GridAxis.Integers(GroupSizeInput(), ParameterRules.SmallestGroup, ParameterRules.LargestGroup).Select(g => (int)g)],
            Groups = GridAxis.Integers(Required("groups"), 1, MostGroups),
        };
        if (preset is not null)
        {
            grid = grid with
            {
                Epsilon = [preset.Epsilon],
                Advantage = [preset.Advantage],
                Estimator = [preset.DynamicSampling ? Estimator.DynamicSampling : Estimator.Importance],
            };
        }

        if (members.TryGetValue("epsilon", out JsonInput epsilon))
        {
            grid = grid with { Epsilon = GridAxis.Numbers(epsilon, ParameterRules.Epsilon) };
        }

        grid = grid with
        {
            Anchor = ListOf("anchor", ReadAnchor, grid.Anchor),
            Estimator = ListOf("estimator", ReadEstimator, grid.Estimator),
            Advantage = ListOf("advantage", advantage => ReadAdvantage(advantage, grid.GroupSize), grid.Advantage),
        };
        return grid;
    }

    private static List<T> ReadList<T>(JsonInput input, Func<JsonInput, T> read)
    {
        var values = new List<T>();
        foreach (JsonInput element in input.OneOrMany())
        {
            T value = read(element);
            if (values.Contains(value))
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

    private static Estimator ReadEstimator(JsonInput input)
    {
        string name = input.Text();
        Estimator[] estimators = Enum.GetValues<Estimator>();
        int known = Array.FindIndex(estimators, estimator => ExperimentJson.Name(estimator) == name);
        return known >= 0
            ? estimators[known]
            : throw input.Wrong($"unknown estimator \"{name}\"; known: {string.Join(", ", estimators.Select(ExperimentJson.Name))}");
    }

    private static LibraryPreset ReadPreset(JsonInput input)
    {
        string name = input.Text();
        return LibraryPreset.Named.FirstOrDefault(preset => preset.Name == name)
            ?? throw input.Wrong($"unknown preset \"{name}\"; known: {string.Join(", ", LibraryPreset.Named.Select(preset => preset.Name))}");
    }

    private static ArmSet ReadArms(JsonInput input)
    {
        if (input.Value.ValueKind != JsonValueKind.Object)
        {
            return new ArmSet { Count = (int)input.Integer(2, ArmSet.MostArms) };
        }

        Dictionary<string, JsonInput> members = input.Members("count", "reference", "success");
        JsonInput Required(string name) => members.TryGetValue(name, out JsonInput member) ? member : throw input.Wrong($"needs \"{name}\"");
        JsonInput reference = Required("reference");
        double[]? given = reference.Value.ValueKind == JsonValueKind.Array ? ReadProbabilities(reference) : null;
        int count = given is null ? (int)Required("count").Integer(2, ArmSet.MostArms) : given.Length;
        if (members.TryGetValue("count", out JsonInput said) && said.Integer(2, ArmSet.MostArms) != count)
        {
            throw said.Wrong($"is not the number of probabilities, {count}");
        }

        (ReferenceShape shape, double parameter) = given is null ? ReadShape(reference) : (ReferenceShape.Given, 0);
        int[]? success = null;
        if (members.TryGetValue("success", out JsonInput arms))
        {
            success = [.. (arms.Value.ValueKind == JsonValueKind.Array ? arms.OneOrMany() : throw arms.Wrong("must be a list of arms, by number from 0"))
                .Select(arm => (int)arm.Integer(0, count - 1))
                .Order()];
            if (success.Distinct().Count() < success.Length)
            {
                throw arms.Wrong("an arm stands in the list twice");
            }

            if (success.Length == count)
            {
                throw arms.Wrong("at least one arm has to fail");
            }
        }

        return new ArmSet { Count = count, Shape = shape, Parameter = parameter, Given = given, Success = success };
    }

    private static double[] ReadProbabilities(JsonInput input)
    {
        double[] probabilities = [.. input.OneOrMany().Select(element => GridAxis.Number(element, ParameterRules.ArmProbability))];
        if (probabilities.Length is < 2 or > ArmSet.MostArms)
        {
            throw input.Wrong($"must have from 2 to {ArmSet.MostArms} arms, has {probabilities.Length}");
        }

        double sum = probabilities.Sum();
        return Math.Abs(sum - 1) <= 1e-9
            ? probabilities
            : throw input.Wrong(string.Create(CultureInfo.InvariantCulture, $"must add up to 1, adds up to {sum}"));
    }

    private static (ReferenceShape Shape, double Parameter) ReadShape(JsonInput input)
    {
        if (input.Value.ValueKind == JsonValueKind.Object)
        {
            Dictionary<string, JsonInput> members = input.Members("zipf", "dirichlet");
            return members.Count != 1
                ? throw input.Wrong("needs \"zipf\" or \"dirichlet\", and not both")
                : members.TryGetValue("zipf", out JsonInput exponent)
                    ? (ReferenceShape.Zipf, GridAxis.Number(exponent, ParameterRules.ZipfExponent))
                    : (ReferenceShape.Dirichlet, GridAxis.Number(members["dirichlet"], ParameterRules.Shape));
        }

        return input.Text() switch
        {
            "uniform" => (ReferenceShape.Uniform, 0),
            "zipf" => (ReferenceShape.Zipf, 1),
            var other => throw input.Wrong(
                $"unknown reference \"{other}\"; known: uniform, zipf, {{\"zipf\": exponent}}, {{\"dirichlet\": concentration}}, or a list of probabilities"),
        };
    }

    private static PolicyUpdate ReadUpdate(JsonInput input, LibraryPreset? preset)
    {
        if (input.Value.ValueKind != JsonValueKind.Object)
        {
            return input.Text() switch
            {
                "tied" => PolicyUpdate.Tied,
                "per-arm" => PolicyUpdate.PerArm,
                var other => throw input.Wrong($"unknown update \"{other}\"; known: tied, per-arm, {{\"kind\": \"gradient\", ...}}"),
            };
        }

        Dictionary<string, JsonInput> members = input.Members("kind", "steps", "learningRate", "clip", "kl", "degenerateKl");
        if (!members.TryGetValue("kind", out JsonInput kind))
        {
            throw input.Wrong("needs \"kind\"");
        }

        if (kind.Text() != "gradient")
        {
            throw kind.Wrong($"must be \"gradient\", is \"{kind.Text()}\"; the exact updates are written \"tied\" and \"per-arm\"");
        }

        GradientSettings settings = preset?.Gradient ?? new GradientSettings();
        foreach ((string name, JsonInput member) in members)
        {
            settings = name switch
            {
                "steps" => settings with { Steps = (int)member.Integer(1, int.MaxValue) },
                "learningRate" => settings with { LearningRate = GridAxis.Number(member, ParameterRules.LearningRate) },
                "clip" => WithClip(settings, member),
                "kl" => settings with { Kl = ReadKl(member) },
                "degenerateKl" => settings with { MaskDegenerateKl = ReadMask(member) },
                _ => settings,
            };
        }

        return PolicyUpdate.FollowGradient(settings);
    }

    // One bound for both sides, [low, high], or null for none.
    private static GradientSettings WithClip(GradientSettings settings, JsonInput input)
    {
        static double Bound(JsonInput bound) =>
            bound.Value.ValueKind == JsonValueKind.Null ? double.PositiveInfinity : GridAxis.Number(bound, ParameterRules.Clip);
        if (input.Value.ValueKind != JsonValueKind.Array)
        {
            return settings with { ClipLow = Bound(input), ClipHigh = Bound(input) };
        }

        JsonInput[] bounds = [.. input.OneOrMany()];
        return bounds.Length == 2
            ? settings with { ClipLow = Bound(bounds[0]), ClipHigh = Bound(bounds[1]) }
            : throw input.Wrong("must be a number, a list of two, [low, high], or null");
    }

    private static KlEstimator ReadKl(JsonInput input)
    {
        string name = input.Text();
        KlEstimator[] known = Enum.GetValues<KlEstimator>();
        int found = Array.FindIndex(known, kl => ExperimentJson.Name(kl) == name);
        return found >= 0 ? known[found] : throw input.Wrong($"unknown KL estimator \"{name}\"; known: {string.Join(", ", known.Select(ExperimentJson.Name))}");
    }

    private static bool ReadMask(JsonInput input) => input.Text() switch
    {
        "kept" => false,
        "masked" => true,
        var other => throw input.Wrong($"must be kept or masked, is \"{other}\""),
    };

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

    private static PromptPopulation ReadPrompts(JsonInput input)
    {
        Dictionary<string, JsonInput> members = input.Members("count", "beta", "pRef");
        bool areGiven = members.TryGetValue("pRef", out JsonInput given);
        bool haveCount = members.TryGetValue("count", out JsonInput number);
        bool haveBeta = members.TryGetValue("beta", out JsonInput beta);
        if (areGiven ? haveCount || haveBeta : !haveCount || !haveBeta)
        {
            throw input.Wrong("needs \"count\" and \"beta\", or \"pRef\" alone");
        }

        if (areGiven)
        {
            return ReadGivenPrompts(given);
        }

        int count = (int)number.Integer(1, PromptPopulation.MostPrompts);
        double[] shapes = beta.Value.ValueKind == JsonValueKind.Array
            ? [.. beta.OneOrMany().Select(element => GridAxis.Number(element, ParameterRules.Shape))]
            : throw beta.Wrong("must be a list, [a, b]");
        return shapes.Length == 2 ? PromptPopulation.Drawn(count, shapes[0], shapes[1]) : throw beta.Wrong("must be a list of two, [a, b]");
    }

    private static PromptPopulation ReadGivenPrompts(JsonInput input)
    {
        JsonInput[] elements = [.. input.Value.ValueKind == JsonValueKind.Array ? input.OneOrMany() : throw input.Wrong("must be a list, one p_ref a prompt")];
        return elements.Length <= PromptPopulation.MostPrompts
            ? PromptPopulation.Of([.. elements.Select(element => GridAxis.Number(element, ParameterRules.Probability))])
            : throw input.Wrong($"must have at most {PromptPopulation.MostPrompts} prompts, has {elements.Length}");
    }

    private static AdvantageRule ReadAdvantage(JsonInput input, IReadOnlyList<int> groupSizes)
    {
        if (input.Value.ValueKind != JsonValueKind.Object)
        {
            string name = input.Text();
            return AdvantageRule.Named.FirstOrDefault(rule => rule.Name == name)
                ?? throw input.Wrong($"unknown advantage \"{name}\"; known: {string.Join(", ", AdvantageRule.Named.Select(rule => rule.Name))}, {{\"scale\": [s(0), ..., s(G)]}}");
        }

        if (!input.Members("scale").TryGetValue("scale", out JsonInput scale))
        {
            throw input.Wrong("needs \"scale\"");
        }

        if (scale.Value.ValueKind != JsonValueKind.Array)
        {
            throw scale.Wrong("must be a list, s(0), ..., s(G)");
        }

        double[] table = [.. scale.OneOrMany().Select(element => element.Number())];
        foreach (int groupSize in groupSizes)
        {
            if (table.Length != groupSize + 1)
            {
                throw scale.Wrong($"has {table.Length} values; a group of {groupSize} needs {groupSize + 1}, s(0) to s({groupSize})");
            }
        }

        try
        {
            return AdvantageRule.FromScale(table);
        }
        catch (ArgumentException wrong)
        {
            throw scale.Wrong(FirstSentence(wrong.Message));
        }
    }

    private static string FirstSentence(string message)
    {
        int end = message.AsSpan().IndexOfAny("\r\n");
        string line = end < 0 ? message : message[..end];
        int detail = line.IndexOf(" LineNumber:", StringComparison.Ordinal);
        line = detail < 0 ? line : line[..detail];
        int parameter = line.IndexOf(" (Parameter", StringComparison.Ordinal);
        return parameter < 0 ? line : line[..parameter];
    }
}
