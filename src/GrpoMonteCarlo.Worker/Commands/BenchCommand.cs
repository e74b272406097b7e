using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Terminal;

namespace GrpoMonteCarlo.Worker.Commands;

/// <summary><c>grpomc bench</c>: how fast the engine is on this machine, and a digest of its results.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json") { Description = "JSON instead of a table." };
        var command = new ToolCommand(
            "bench",
            "Measure the engine on one thread, and print a digest of its results: a changed digest means changed results.",
            "grpomc bench",
            "grpomc bench --json")
        {
            json,
        };
        command.SetAction(parsed =>
        {
            string digest = EngineBenchmark.Digest();
            EngineRate[] rates = [.. EngineBenchmark.Rates()];
            if (parsed.GetValue(json))
            {
                WriteJson(digest, rates);
            }
            else
            {
                WriteTable(digest, rates);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static void WriteTable(string digest, EngineRate[] rates)
    {
        var table = new TextTable(["kernel", "isa", "G", "a second", "unit"]);
        foreach (EngineRate rate in rates)
        {
            table.Add(
                rate.Kernel,
                rate.InstructionSet,
                rate.GroupSize?.ToString(CultureInfo.InvariantCulture) ?? "",
                rate.PerSecond.ToString("0.00e0", CultureInfo.InvariantCulture),
                rate.Unit);
        }

        table.Write(Console.Out);
        Console.Out.Write($"\ndigest of the results: {digest}\n");
    }

    private static void WriteJson(string digest, EngineRate[] rates)
    {
        using Stream output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("digest", digest);
            json.WritePropertyName("machine");
            Machine.Describe().WriteTo(json);
            json.WriteStartArray("rates");
            foreach (EngineRate rate in rates)
            {
                json.WriteStartObject();
                json.WriteString("kernel", rate.Kernel);
                json.WriteString("isa", rate.InstructionSet);
                if (rate.GroupSize is { } groupSize)
                {
                    json.WriteNumber("groupSize", groupSize);
                }
                else
                {
                    json.WriteNull("groupSize");
                }

                json.WriteString("unit", rate.Unit);
                json.WriteNumber("perSecond", rate.PerSecond);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }
}
