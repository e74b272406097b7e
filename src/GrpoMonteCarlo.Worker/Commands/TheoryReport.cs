using System.Globalization;
using System.Text.Json;
using GrpoMonteCarlo.Theory;
using GrpoMonteCarlo.Worker.Terminal;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary>The closed forms of one setting, as text for people or as JSON whose numbers round-trip.</summary>
internal sealed class TheoryReport
{
    private readonly SuccessProbability[] _iterates;
    private readonly IReadOnlyList<FixedPoint> _fixedPoints;
    private readonly Orbit _orbit;
    private readonly double? _stabilityBound;

    public TheoryReport(Recurrence recurrence, SuccessProbability start, int iterations)
    {
        _iterates = recurrence.Iterate(start, iterations);
        _fixedPoints = new FixedPoints(recurrence.Omega).Of(recurrence);
        _orbit = Orbit.Follow(recurrence, start);
        _stabilityBound = _orbit.Limit is { } limit && double.IsFinite(limit.Logit) ? recurrence.StabilityBoundAt(limit) : null;
    }

    public void WriteJson(Stream output)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartArray("iterates");
            for (int n = 0; n < _iterates.Length; n++)
            {
                json.WriteStartObject();
                json.WriteNumber("n", n);
                json.WritePoint(_iterates[n]);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("fixedPoints");
            foreach (FixedPoint point in _fixedPoints)
            {
                json.WriteStartObject();
                json.WritePoint(point.P);
                json.WriteFinite("derivative", point.Derivative);
                json.WriteBoolean("stable", point.Stable);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartObject("orbit");
            json.WriteString("kind", NameOf(_orbit.Kind));
            json.WriteFinite("period", _orbit.Period);
            json.WriteStartArray("points");
            foreach (SuccessProbability point in _orbit.Points)
            {
                json.WriteStartObject();
                json.WritePoint(point);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteFinite("stabilityBound", _stabilityBound);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    public void WriteText(TextWriter output)
    {
        var table = new TextTable(["n", "p", "1-p", "logit"]);
        for (int n = 0; n < _iterates.Length; n++)
        {
            table.Add([n.ToString(CultureInfo.InvariantCulture), .. Point(_iterates[n])]);
        }

        table.Write(output);
        output.Write($"\nfixed points:{(_fixedPoints.Count == 0 ? " none" : "")}\n");
        if (_fixedPoints.Count > 0)
        {
            var points = new TextTable(["p", "1-p", "logit", "derivative", "stable"]);
            foreach (FixedPoint point in _fixedPoints)
            {
                points.Add([.. Point(point.P), Text(point.Derivative), point.Stable ? "yes" : "no"]);
            }

            points.Write(output);
        }

        string end = _orbit.Kind switch
        {
            OrbitKind.Limit => $"in the limit {Text(_orbit.Points[0].P)}",
            OrbitKind.Cycle => $"in a cycle of period {_orbit.Period}: {string.Join(", ", _orbit.Points.Select(point => Text(point.P)))}",
            _ => "nowhere: no limit and no cycle up to period 64 within 20,000 steps",
        };
        output.Write($"\nthe orbit ends {end}\n");
        if (_stabilityBound is { } least)
        {
            output.Write($"that limit is locally stable for beta above {Text(least)}\n");
        }
    }

    private static string[] Point(SuccessProbability p) => [Text(p.P), Text(p.OneMinusP), Text(p.Logit)];

    private static string Text(double value) => value.ToString("G9", CultureInfo.InvariantCulture);

    private static string NameOf(OrbitKind kind) => kind switch
    {
        OrbitKind.Limit => "limit",
        OrbitKind.Cycle => "cycle",
        _ => "erratic",
    };
}
