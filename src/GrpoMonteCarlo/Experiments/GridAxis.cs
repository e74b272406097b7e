using System.Globalization;
using GrpoMonteCarlo.Numerics;

namespace GrpoMonteCarlo.Experiments;

/// <summary>
/// The values of one numeric member of a grid: a number, a list of numbers, or {"from", "to", "count", "scale"}. Generated values come
/// from the deterministic functions, because they are part of what the datasets depend on.
/// </summary>
internal static class GridAxis
{
    private const int MostValues = 1_000_000;

    /// <param name="input">The member.</param>
    /// <param name="complaint">What is wrong with a value, or null if nothing is.</param>
    public static IReadOnlyList<double> Numbers(JsonInput input, Func<double, string?> complaint)
    {
        if (input.Value.ValueKind == System.Text.Json.JsonValueKind.Object)
        {
            return Range(input, complaint, whole: false);
        }

        var values = new List<double>();
        var seen = new HashSet<double>();
        foreach (JsonInput element in input.OneOrMany())
        {
            double value = Number(element, complaint);
            if (!seen.Add(value))
            {
                throw element.Wrong(string.Create(CultureInfo.InvariantCulture, $"{element.Value.GetRawText()} stands in the list twice"));
            }

            values.Add(value);
        }

        return values;
    }

    /// <summary>One number.</summary>
    /// <param name="input">The number.</param>
    /// <param name="complaint">What is wrong with a value, or null if nothing is.</param>
    public static double Number(JsonInput input, Func<double, string?> complaint)
    {
        double value = input.Number();
        return complaint(value) is { } wrong ? throw input.Wrong($"{wrong}, is {input.Value.GetRawText()}") : value;
    }

    /// <summary>As <see cref="Numbers"/>, for whole numbers; the values of a range are rounded, and equal ones are merged.</summary>
    public static IReadOnlyList<long> Integers(JsonInput input, long least, long most)
    {
        string wrong = string.Create(CultureInfo.InvariantCulture, $"must be a whole number from {least} to {most}");
        bool isRange = input.Value.ValueKind == System.Text.Json.JsonValueKind.Object;
        string? Complaint(double value) => value >= least && value <= most && (isRange || value == Math.Floor(value)) ? null : wrong;
        IReadOnlyList<double> values = isRange ? Range(input, Complaint, whole: true) : Numbers(input, Complaint);
        return [.. values.Select(value => (long)Math.Round(value)).Distinct()];
    }

    private static double[] Range(JsonInput input, Func<double, string?> complaint, bool whole)
    {
        Dictionary<string, JsonInput> members = input.Members("from", "to", "count", "scale");
        JsonInput Required(string name) => members.TryGetValue(name, out JsonInput member) ? member : throw input.Wrong($"a range needs \"{name}\"");
        double from = End("from");
        double to = End("to");
        int count = (int)Required("count").Integer(1, MostValues);
        (Func<double, double> toScale, Func<double, double> fromScale) = Scale();

        if (count == 1 && from != to)
        {
            throw members["count"].Wrong("one value cannot reach from \"from\" to \"to\"");
        }

        if (count > 1 && from == to)
        {
            throw members["to"].Wrong("must differ from \"from\" where there is more than one value");
        }

        // Otherwise a short file could ask for any number of values that all become the same few.
        double wholeNumbers = Math.Abs(Math.Round(to) - Math.Round(from)) + 1;
        if (whole && count > wholeNumbers)
        {
            throw members["count"].Wrong(string.Create(CultureInfo.InvariantCulture, $"there are only {wholeNumbers:N0} whole numbers from \"from\" to \"to\""));
        }

        // The ends are as given; only what lies between is computed.
        double low = toScale(from);
        double high = toScale(to);
        var values = new double[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = i == 0 ? from : i == count - 1 ? to : fromScale(low + ((high - low) * i / (count - 1)));
        }

        return values;

        double End(string name)
        {
            return Number(Required(name), complaint);
        }

        (Func<double, double>, Func<double, double>) Scale()
        {
            if (!members.TryGetValue("scale", out JsonInput scale))
            {
                return (x => x, x => x);
            }

            switch (scale.Text())
            {
                case "linear":
                    return (x => x, x => x);
                case "log" when from > 0 && to > 0:
                    return (Elementary.Log, Elementary.Exp);
                case "log":
                    throw scale.Wrong("a log scale needs both ends above 0");
                case "logit" when from is > 0 and < 1 && to is > 0 and < 1:
                    return (Elementary.Logit, Elementary.Sigmoid);
                case "logit":
                    throw scale.Wrong("a logit scale needs both ends strictly between 0 and 1");
                default:
                    throw scale.Wrong($"must be linear, log or logit, is \"{scale.Text()}\"");
            }
        }
    }
}
