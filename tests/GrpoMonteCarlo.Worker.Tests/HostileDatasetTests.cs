using System.Globalization;
using GrpoMonteCarlo.Worker.Reports;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>
/// Datasets made to do harm, from fixed seeds, in a folder whose manifest says that they are right: a report is made of them or they are refused, in
/// bounded memory. GRPOMC_FUZZ says how many; 600 unless set.
/// </summary>
public sealed class HostileDatasetTests : IDisposable
{
    private const long MostBytes = 256 << 20;

    private static readonly int Files = int.Parse(Environment.GetEnvironmentVariable("GRPOMC_FUZZ") ?? "600", CultureInfo.InvariantCulture);

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_report_is_made_of_changed_datasets_or_they_are_refused()
    {
        HandmadeRun run = new()
        {
            Cells = 6,
            Iterations = 4,
            OfCell = (name, cell) => name switch { "p_ref" => 0.1 + (0.1 * cell), "beta" => 1.0, "advantage" => "grpo", "limit_finite" => 0.9, _ => null },
            OfIteration = (name, cell, iteration) => name switch { "replicates" => 50, "p_mean" or "p_finite" => 0.1 + (0.1 * iteration), "step_z" => cell - 2.5, "p_se" => 0.01, _ => null },
        };
        string folder = _workspace.PathOf("run");
        run.Write(folder);
        int made = 0;
        foreach (string name in new[] { "cells.parquet", "summary.parquet" })
        {
            string path = Path.Combine(folder, name);
            byte[] right = File.ReadAllBytes(path);
            for (int seed = 0; seed < Files / 2; seed++)
            {
                File.WriteAllBytes(path, Mutated(right, new System.Random(seed)));
                run.WriteManifest(folder);
                long before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    Report.Write(folder);
                    made++;
                }
                catch (BadInputException refused)
                {
                    Assert.StartsWith(folder, refused.Message, StringComparison.Ordinal);
                }

                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            }

            File.WriteAllBytes(path, right);
        }

        Assert.InRange(made, Files / 100, Files * 9 / 10);
    }

    [Fact]
    public void As_a_process_show_and_report_answer_in_one_line()
    {
        HandmadeRun run = new();
        string folder = _workspace.PathOf("run");
        run.Write(folder);
        string path = Path.Combine(folder, "cells.parquet");
        byte[] right = File.ReadAllBytes(path);
        for (int seed = 0; seed < 3; seed++)
        {
            // A name in the schema that would clear the terminal, and then a footer that ends in it.
            byte[] changed = [.. right];
            int at = changed.AsSpan().LastIndexOf("p_start"u8);
            "\n\u001b[2J\n\r"u8.CopyTo(changed.AsSpan(at));
            changed[at + 8 + seed] ^= 0xFF;
            File.WriteAllBytes(path, changed);
            run.WriteManifest(folder);
            Refusal.Check(_workspace.Run("report", "run"), "cells.parquet");
            Answer answer = _workspace.Run("show", "run/cells.parquet");
            if (answer.ExitCode != 0)
            {
                Refusal.Check(answer, "cells.parquet");
            }
        }
    }

    // Half of it values, half of it the footer.
    private static byte[] Mutated(byte[] file, System.Random random)
    {
        byte[] changed = [.. file];
        int footer = file.Length - 8 - BitConverter.ToInt32(file, file.Length - 8);
        for (int left = 1 + random.Next(3); left > 0; left--)
        {
            int at = random.Next(2) == 0 ? random.Next(footer) : random.Next(footer, file.Length);
            changed[at] = random.Next(3) switch { 0 => (byte)(changed[at] ^ (1 << random.Next(8))), 1 => 0xFF, _ => (byte)random.Next(256) };
        }

        return changed;
    }
}
