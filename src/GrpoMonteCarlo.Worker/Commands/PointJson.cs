using System.Text.Json;
using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>Success probabilities as the JSON of <c>theory</c> and <c>plan</c> has them.</summary>
internal static class PointJson
{
    /// <summary>Writes the members p, oneMinusP and logit.</summary>
    public static void WritePoint(this Utf8JsonWriter json, SuccessProbability point)
    {
        json.WriteNumber("p", point.P);
        json.WriteNumber("oneMinusP", point.OneMinusP);
        json.WriteFinite("logit", point.Logit);
    }

    /// <summary>JSON has no infinity: the logit of an exact 0 or 1 is null.</summary>
    public static void WriteFinite(this Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
