using System.Globalization;
using System.Text.Json;

namespace GrpoMonteCarlo.Experiments;

/// <summary>A JSON value that knows its path, so that whatever is wrong with it can be said with the place.</summary>
internal readonly record struct JsonInput(JsonElement Value, string Path)
{
    /// <summary>The most elements of a list; no list that makes sense is longer (prompts, of which there may be 2^20).</summary>
    public const int MostElements = 1 << 20;

    // Longer messages are of files that nobody wrote; they say enough before that.
    private const int MostShown = 1000;

    public ExperimentException Wrong(string message) => new(OneLine(Path), OneLine(message));

    /// <summary>The members of an object; one that is not known is an error.</summary>
    public Dictionary<string, JsonInput> Members(params string[] known)
    {
        if (Value.ValueKind != JsonValueKind.Object)
        {
            throw Wrong($"must be an object, is {Kind}");
        }

        var members = new Dictionary<string, JsonInput>(StringComparer.Ordinal);
        foreach (JsonProperty property in Value.EnumerateObject())
        {
            var member = new JsonInput(property.Value, $"{Path}.{property.Name}");
            if (!known.Contains(property.Name, StringComparer.Ordinal))
            {
                throw member.Wrong($"unknown member; known here: {string.Join(", ", known)}");
            }

            if (!members.TryAdd(property.Name, member))
            {
                throw member.Wrong("stands there twice");
            }
        }

        return members;
    }

    /// <summary>A member that has to be there.</summary>
    public JsonInput Required(Dictionary<string, JsonInput> members, string name) =>
        members.TryGetValue(name, out JsonInput member) ? member : throw Wrong($"needs \"{name}\"");

    /// <summary>The one of some values that a text names.</summary>
    /// <param name="kind">What they are, for the error.</param>
    /// <param name="values">The values.</param>
    /// <param name="name">The name of each.</param>
    /// <param name="alsoKnown">Names that are known beside theirs.</param>
    public T OneOf<T>(string kind, IReadOnlyList<T> values, Func<T, string> name, params string[] alsoKnown)
    {
        string text = Text();
        foreach (T value in values)
        {
            if (name(value) == text)
            {
                return value;
            }
        }

        throw Wrong($"unknown {kind} \"{text}\"; known: {string.Join(", ", alsoKnown.Concat(values.Select(name)))}");
    }

    /// <summary>The elements of a list that is not empty, or the value itself as a list of one.</summary>
    public IEnumerable<JsonInput> OneOrMany()
    {
        if (Value.ValueKind != JsonValueKind.Array)
        {
            return [this];
        }

        string path = Path;
        return Value.GetArrayLength() is var length and (0 or > MostElements)
            ? throw Wrong(length == 0 ? "must not be an empty list" : string.Create(CultureInfo.InvariantCulture, $"has {length:N0} elements; a list may have {MostElements:N0}"))
            : Value.EnumerateArray().Select((element, i) => new JsonInput(element, $"{path}[{i}]"));
    }

    public string Text() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong($"must be a string, is {Kind}");

    public bool Boolean() => Value.ValueKind is JsonValueKind.True or JsonValueKind.False
        ? Value.GetBoolean()
        : throw Wrong($"must be true or false, is {Kind}");

    public double Number()
    {
        if (Value.ValueKind != JsonValueKind.Number)
        {
            throw Wrong($"must be a number, is {Kind}");
        }

        double number = Value.GetDouble();
        return double.IsFinite(number) ? number : throw Wrong("must be a finite number");
    }

    public long Integer(long least, long most)
    {
        double number = Number();
        return number == Math.Floor(number) && number >= least && number <= most
            ? (long)number
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}, is {Value.GetRawText()}"));
    }

    // Names and texts are the file's own and may hold line ends, or be megabytes.
    public static string OneLine(string text) => text.Length > MostShown ? OneLine(text[..(MostShown - 1)]) + "…" : text.Any(char.IsControl)
        ? string.Concat(text.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString()))
        : text;

    private string Kind => Value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "true or false",
    };
}
