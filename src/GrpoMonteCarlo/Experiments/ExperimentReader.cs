using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>Reads experiment files: JSON with comments and trailing commas, every member checked.</summary>
public static class ExperimentReader
{
    private const long LargestSeed = (1L << 53) - 1;
    private const int MostThresholds = 100;

    /// <summary>As <see cref="Options"/>; what is changed must not stand there twice.</summary>
    internal static readonly JsonDocumentOptions StrictOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    private static readonly JsonDocumentOptions Options = StrictOptions with { AllowDuplicateProperties = true }; // said with the path below

    /// <summary>Reads an experiment.</summary>
    /// <param name="utf8Json">The file's bytes.</param>
    /// <param name="changes">What to change first, each PATH=VALUE: <c>grid.beta=2</c>, <c>grid[1].groupSize=[8,32]</c>, <c>seed=7</c>. A value
    /// that is not JSON is a text.</param>
    /// <exception cref="ExperimentException">The text is not JSON, or not an experiment; the message has the place and the reason.</exception>
    public static Experiment Read(ReadOnlyMemory<byte> utf8Json, params IReadOnlyList<string> changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
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
            using var document = changes.Count == 0 ? JsonDocument.Parse(utf8Json, Options) : Changed(utf8Json, changes);
            return ReadExperiment(new JsonInput(document.RootElement, "$"));
        }
        catch (JsonException broken)
        {
            string place = broken.LineNumber is { } line ? $"line {line + 1}, byte {broken.BytePositionInLine + 1}" : "$";
            throw new ExperimentException(place, $"not valid JSON: {ExperimentException.FirstSentence(broken.Message)}");
        }
        catch (InvalidOperationException) // a string whose bytes are no text
        {
            throw new ExperimentException("$", "not valid JSON: a string is not valid Unicode");
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
            return AdvantageReader.Read(new JsonInput(document.RootElement, path), groupSize is { } g ? [g] : []);
        }
        catch (JsonException broken)
        {
            throw new ExperimentException(path, $"not valid JSON: {ExperimentException.FirstSentence(broken.Message)}");
        }
        catch (InvalidOperationException) // as above
        {
            throw new ExperimentException(path, "not valid JSON: a string is not valid Unicode");
        }
    }

    private static JsonDocument Changed(ReadOnlyMemory<byte> utf8Json, IReadOnlyList<string> changes)
    {
        JsonNode? root = JsonNode.Parse(utf8Json.Span, documentOptions: StrictOptions);
        foreach (string change in changes)
        {
            ExperimentChanges.Apply(root, change);
        }

        return JsonSerializer.SerializeToDocument(root);
    }

    private static Experiment ReadExperiment(JsonInput root)
    {
        Dictionary<string, JsonInput> members = root.Members(
            "$schema", "name", "description", "seed", "iterations", "replicates", "grid", "sampler", "coupling", "record", "stop");

        if (members.TryGetValue("$schema", out JsonInput schema))
        {
            schema.Text();
        }

        string name = ReadName(root.Required(members, "name"));
        Dictionary<string, JsonInput> record = members.TryGetValue("record", out JsonInput recorded) ? recorded.Members("trajectories", "passages") : [];
        bool hasTrajectories = record.TryGetValue("trajectories", out JsonInput trajectories) && trajectories.Boolean();
        long replicates = root.Required(members, "replicates").Integer(0, Experiment.MostReplicates);
        return new Experiment
        {
            Name = name,
            Description = members.TryGetValue("description", out JsonInput description) ? description.Text() : "",
            Seed = root.Required(members, "seed").Integer(0, LargestSeed),
            Iterations = (int)root.Required(members, "iterations").Integer(1, Experiment.MostIterations),
            Replicates = replicates,
            Grids = ReadGrids(root.Required(members, "grid")),
            Sampler = members.TryGetValue("sampler", out JsonInput sampler) ? ReadSampler(sampler) : null,
            Coupling = members.TryGetValue("coupling", out JsonInput coupling)
                ? coupling.OneOf("coupling", Enum.GetValues<Coupling>(), ExperimentJson.Name)
                : Coupling.None,
            RecordTrajectories = hasTrajectories,
            Passages = record.TryGetValue("passages", out JsonInput passages) ? ReadPassages(passages, hasTrajectories) : [],
            Stop = members.TryGetValue("stop", out JsonInput stop) ? ReadStop(stop, replicates) : null,
        };
    }

    private static List<Grid> ReadGrids(JsonInput input)
    {
        var grids = new List<Grid>();
        BigInteger cells = 0;
        foreach (JsonInput element in input.OneOrMany())
        {
            // Counted one by one: a file of many ranges could ask for any amount of memory before it is refused.
            grids.Add(GridReader.Read(element));
            cells += Plan.CountOf(grids[^1]);
            if (cells > Plan.MostCells)
            {
                string which = grids.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" in its first {grids.Count} grids");
                throw input.Wrong(string.Create(CultureInfo.InvariantCulture, $"makes {cells:N0} cells{which}; at most {Plan.MostCells:N0} are allowed"));
            }
        }

        return grids;
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

    private static List<double> ReadPassages(JsonInput input, bool hasTrajectories)
    {
        if (!hasTrajectories)
        {
            throw input.Wrong("needs \"trajectories\": true, from which passages are counted");
        }

        var thresholds = new List<double>();
        foreach (JsonInput element in input.OneOrMany())
        {
            double threshold = element.Number();
            if (!(threshold > 0 && threshold < 1))
            {
                throw element.Wrong("must lie strictly between 0 and 1");
            }

            if (thresholds.Count == MostThresholds || (thresholds.Count > 0 && threshold <= thresholds[^1]))
            {
                throw element.Wrong(thresholds.Count == MostThresholds ? $"at most {MostThresholds} are allowed" : "must be above the one before");
            }

            thresholds.Add(threshold);
        }

        return thresholds;
    }

    private static StopRule ReadStop(JsonInput input, long replicates)
    {
        Dictionary<string, JsonInput> members = input.Members("targetStandardError", "maxReplicates", "timeLimit");
        bool hasTarget = members.TryGetValue("targetStandardError", out JsonInput target);
        bool hasMost = members.TryGetValue("maxReplicates", out JsonInput most);
        bool hasLimit = members.TryGetValue("timeLimit", out JsonInput limit);
        if (!hasTarget && !hasLimit)
        {
            throw hasMost ? most.Wrong("goes with targetStandardError only") : input.Wrong("needs \"targetStandardError\" or \"timeLimit\"");
        }

        if (replicates < (hasTarget ? 2 : 1))
        {
            throw input.Wrong(hasTarget ? "a standard error needs \"replicates\" to be at least 2" : "needs \"replicates\" to be at least 1");
        }

        if (hasTarget != hasMost)
        {
            throw hasMost ? most.Wrong("goes with targetStandardError only") : input.Wrong("a targetStandardError needs \"maxReplicates\"");
        }

        bool isRelative = hasTarget && target.Value.ValueKind == JsonValueKind.Object;
        JsonInput value = isRelative ? target.Required(target.Members("relative"), "relative") : target;
        return new StopRule
        {
            TargetStandardError = hasTarget ? Positive(value) : null,
            IsRelative = isRelative,
            MaxReplicates = hasMost ? most.Integer(replicates, Experiment.MostReplicates) : null,
            TimeLimit = hasLimit ? Positive(limit) : null,
        };

        static double Positive(JsonInput input) => input.Number() is > 0 and var number ? number : throw input.Wrong("must be positive");
    }

    private static Sampler? ReadSampler(JsonInput input) => input.Value.ValueKind == JsonValueKind.String && input.Text() == "auto"
        ? null
        : input.OneOf("sampler", Enum.GetValues<Sampler>(), ExperimentJson.Name, "auto");
}
