using System.Text.Json;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads experiment files: JSON with comments and trailing commas, every member checked.</summary>
public static class ExperimentReader
{
    private const long MostGroups = 1_000_000_000_000;
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
            "pRef", "start", "beta", "epsilon", "groupSize", "groups", "advantage", "anchor", "estimator");
        JsonInput Required(string name) => members.TryGetValue(name, out JsonInput member) ? member : throw input.Wrong($"needs \"{name}\"");
        IReadOnlyList<T> ListOf<T>(string name, Func<JsonInput, T> read, IReadOnlyList<T> otherwise) =>
            members.TryGetValue(name, out JsonInput member) ? ReadList(member, read) : otherwise;

        var grid = new Grid
        {
            PRef = GridAxis.Numbers(Required("pRef"), ParameterRules.Probability),
            Start = members.TryGetValue("start", out JsonInput start) ? GridAxis.Numbers(start, ParameterRules.Probability) : null,
            Beta = GridAxis.Numbers(Required("beta"), ParameterRules.Beta),
            GroupSize = [.. GridAxis.Integers(Required("groupSize"), ParameterRules.SmallestGroup, ParameterRules.LargestGroup).Select(g => (int)g)],
            Groups = GridAxis.Integers(Required("groups"), 1, MostGroups),
        };
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
                throw element.Wrong($"{element.Value.GetRawText()} stands in the list twice");
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

    private static Estimator ReadEstimator(JsonInput input) => input.Text() switch
    {
        "importance" => Estimator.Importance,
        var other => throw input.Wrong($"unknown estimator \"{other}\"; known: importance"),
    };

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
