using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// Changes to an experiment's JSON, each written PATH=VALUE: <c>grid.beta=2</c>, <c>grid[1].groupSize=[8,32]</c>,
/// <c>grid.advantage=rloo</c>. A value that is not JSON is a text. What they make of the file is then read as any other.
/// </summary>
internal static class ExperimentChanges
{
    /// <summary>Carries a change out.</summary>
    /// <exception cref="ExperimentException">It is not of that form, or there is no such place.</exception>
    public static void Apply(JsonNode? root, string change)
    {
        int equals = change.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw Wrong(change, "must be PATH=VALUE, such as grid.beta=2");
        }

        string path = change[..equals];
        Step[] steps = [.. StepsOf(path)];
        JsonNode? node = root;
        for (int i = 0; i + 1 < steps.Length; i++)
        {
            node = Child(path, node, steps[i], mayBeNew: steps[i + 1].Member is not null);
        }

        Step last = steps[^1];
        JsonNode? value = ValueOf(path, change[(equals + 1)..]);
        if (last.Member is { } member)
        {
            ObjectAt(path, node, last)[member] = value;
        }
        else
        {
            ListAt(path, node, last)[last.Index] = value;
        }
    }

    // A member of an object or, without one, an element of a list; and where it stands, for errors.
    private readonly record struct Step(string? Member, int Index, string Owner);

    private static IEnumerable<Step> StepsOf(string path)
    {
        string owner = "";
        foreach (string part in path.Split('.'))
        {
            string[] pieces = part.Split('[');
            if (pieces[0].Length == 0)
            {
                throw Wrong(path, "is no path such as grid.beta or grid[0].beta");
            }

            yield return new Step(pieces[0], 0, owner);
            owner = owner.Length == 0 ? pieces[0] : $"{owner}.{pieces[0]}";
            foreach (string piece in pieces.Skip(1))
            {
                if (!piece.EndsWith(']') || !int.TryParse(piece.AsSpan(0, piece.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
                {
                    throw Wrong(path, "is no path such as grid.beta or grid[0].beta");
                }

                yield return new Step(null, index, owner);
                owner = $"{owner}[{piece}";
            }
        }
    }

    private static JsonNode? Child(string path, JsonNode? node, Step step, bool mayBeNew)
    {
        if (step.Member is not { } member)
        {
            return ListAt(path, node, step)[step.Index];
        }

        JsonObject owner = ObjectAt(path, node, step);
        if (owner[member] is null && mayBeNew)
        {
            owner[member] = new JsonObject();
        }

        return owner[member];
    }

    private static JsonObject ObjectAt(string path, JsonNode? node, Step step) => node switch
    {
        JsonObject found => found,
        JsonArray => throw Wrong(path, $"{step.Owner} is a list: say which element, such as {step.Owner}[0]"),
        _ => throw Wrong(path, $"{(step.Owner.Length == 0 ? "the file" : step.Owner)} is not an object"),
    };

    private static JsonArray ListAt(string path, JsonNode? node, Step step) => node is not JsonArray list
        ? throw Wrong(path, $"{step.Owner} is not a list")
        : step.Index < list.Count ? list : throw Wrong(path, $"{step.Owner} has {list.Count} elements, the first is [0]");

    private static JsonNode? ValueOf(string path, string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: ExperimentReader.StrictOptions);
        }
        catch (JsonException) when (text.Length > 0 && !"[{\"".Contains(text[0], StringComparison.Ordinal))
        {
            return JsonValue.Create(text);
        }
        catch (JsonException broken)
        {
            throw Wrong(path, text.Length == 0 ? "has no value" : $"not valid JSON: {ExperimentException.FirstSentence(broken.Message)}");
        }
    }

    private static ExperimentException Wrong(string change, string reason) => new($"--set {JsonInput.OneLine(change)}", JsonInput.OneLine(reason));
}
