using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Worker.Reports;
using GrpoMonteCarlo.Worker.State;
using GrpoMonteCarlo.Worker.Verification;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>
/// A folder of results whose files were made to do harm, from fixed seeds: state with right checksums, run.json and manifest.json. GRPOMC_FUZZ says
/// how many of each; 2,000 unless set.
/// </summary>
public sealed class HostileStateTests : IDisposable
{
    private const long MostBytes = 64 << 20;

    private const string Experiment = """
        {
          "name": "small", "seed": 5, "iterations": 3, "replicates": 20,
          "grid": { "pRef": [0.2, 0.6], "beta": 1, "groupSize": 8, "groups": 30, "arms": 4 },
          "record": { "trajectories": true }
        }
        """;

    private static readonly int Files = int.Parse(Environment.GetEnvironmentVariable("GRPOMC_FUZZ") ?? "2000", CultureInfo.InvariantCulture);

    private static readonly long[] Numbers =
        [long.MinValue, -1, 0, 1, 2, 19, 21, 255, 1 << 16, (1 << 20) - 1, 1 << 20, int.MaxValue, 1L << 32, 1L << 40, (1L << 40) + 1, long.MaxValue];

    private static readonly string[] Values =
    [
        "null", "true", "\"\"", "[]", "{}", "[[]]", "-1", "1e400", "1e30", "0.5", "\"\\ud800\"", "\"\\u0000\"", "\"line\\nfeed\"", "\"small\"", "123456789012345678901234567890",
        "{ \"a\": 1, \"a\": 2 }", "{ \"\\ud800\": 1 }", "[{}]", "[null]", "[{ \"name\": 1 }]",
    ];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Ranges_with_right_checksums_are_read_or_found_to_be_damaged()
    {
        Results results = _workspace.RunExperiment(Experiment, "out");
        var plan = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(Experiment)));
        Cell cell = plan.Cells[0];
        byte[] bytes = File.ReadAllBytes(results.PathOf($"state/{cell.Id}/0-20"));
        Assert.Equal(20, StateFile.Decode(cell, bytes).Sums.Replicates);
        int read = 0;
        for (int seed = 0; seed < Files; seed++)
        {
            byte[] changed = Sealed(Mutated(bytes[..^SHA256.HashSizeInBytes], new System.Random(seed)));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                RangeResult result = StateFile.Decode(cell, changed);
                var sums = RangeSums.Empty(3, cell, 0);
                if (result.Sums.First == 0 && result.Sums.Iterations >= 3 && result.Sums.Observables == sums.Observables)
                {
                    // Whatever its numbers are, they can be summed up.
                    sums.Append(result.Sums);
                    for (int n = 0; n <= 3; n++)
                    {
                        _ = CellSummary.Of(cell, plan.TheoryOf(cell), sums, n);
                    }
                }

                read++;
            }
            catch (InvalidDataException damaged)
            {
                Assert.DoesNotContain('\n', damaged.Message);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }

        Assert.InRange(read, Files / 100, Files * 9 / 10);
    }

    [Fact]
    public void Counts_beyond_the_bytes_that_are_there_take_no_room()
    {
        Results results = _workspace.RunExperiment(Experiment, "out");
        Cell cell = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(Experiment))).Cells[0];
        byte[] body = File.ReadAllBytes(results.PathOf($"state/{cell.Id}/0-20"))[..^SHA256.HashSizeInBytes];

        // Iterations, observables, bins.
        foreach ((int at, int count) in new[] { (16, 1048575), (20, 1000), (24 + (2 * 48) + (4 * 16) + (3 * 8), 4248) })
        {
            byte[] changed = [.. body];
            BinaryPrimitives.WriteInt32LittleEndian(changed.AsSpan(8 + SHA256.HashSizeInBytes + at), count);
            changed = Sealed(changed);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.Throws<InvalidDataException>(() => StateFile.Decode(cell, changed));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void A_range_of_another_kind_of_cell_is_simulated_again()
    {
        // As if the cell had no arms: without the observables that they have.
        Results results = _workspace.RunExperiment(Experiment, "out");
        string expected = results.Digests;
        Results other = _workspace.RunExperiment(Experiment.Replace(", \"arms\": 4", "", StringComparison.Ordinal), "other");
        string id = results.Read("cells.parquet").Text("cell_id", 1);
        byte[] changed = File.ReadAllBytes(other.PathOf($"state/{other.Read("cells.parquet").Text("cell_id", 1)}/0-20"))[..^SHA256.HashSizeInBytes];
        Convert.FromHexString(id).CopyTo(changed, 8);
        File.WriteAllBytes(results.PathOf($"state/{id}/0-20"), Sealed(changed));
        _workspace.Write("experiment.json", Experiment);
        Assert.Contains("observables", _workspace.Run("run", "experiment.json", "--out", "out", "--no-progress").Expect(0).Errors, StringComparison.Ordinal);
        Assert.Equal(expected, results.Digests);
    }

    [Fact]
    public void An_owner_that_cannot_be_told_is_refused_in_one_line()
    {
        var plan = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(Experiment)));
        string identity = _workspace.PathOf("out", "state", "run.json");
        RunFolder.Open(_workspace.PathOf("out"), plan, Shard.Whole, fresh: false, warn: Assert.Fail).Dispose();
        byte[] bytes = File.ReadAllBytes(identity);
        int accepted = 0;
        for (int seed = 0; seed < Files; seed++)
        {
            File.WriteAllBytes(identity, MutatedJson(bytes, new System.Random(seed)));
            try
            {
                RunFolder.Open(_workspace.PathOf("out"), plan, Shard.Whole, fresh: false, warn: Assert.Fail).Dispose();
                accepted++;
            }
            catch (BadInputException refused)
            {
                Assert.StartsWith(_workspace.Folder, refused.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(accepted, 0, Files * 9 / 10);
    }

    [Fact]
    public void A_manifest_that_was_changed_is_read_or_refused_and_a_run_goes_on()
    {
        Results results = _workspace.RunExperiment(Experiment, "out");
        string path = results.PathOf("manifest.json");
        byte[] bytes = File.ReadAllBytes(path);
        var plan = Plan.Of(ExperimentReader.Read(Encoding.UTF8.GetBytes(Experiment)));
        int read = 0;
        using var folder = RunFolder.Open(results.Folder, plan, Shard.Whole, fresh: false, warn: Assert.Fail);
        var datasets = Datasets.RunDatasets.Write(plan, folder.Ranges, folder.Path, 1, CancellationToken.None);
        for (int seed = 0; seed < Files; seed++)
        {
            File.WriteAllBytes(path, MutatedJson(bytes, new System.Random(seed)));
            try
            {
                _ = RunManifest.Read(results.Folder);
                read++;
            }
            catch (BadInputException refused)
            {
                Assert.StartsWith(path, refused.Message, StringComparison.Ordinal);
            }

            Assert.NotEmpty(Verified(results.Folder));
            Combined(results.Folder);
            if (seed % 20 == 0)
            {
                // A run keeps what it can read of the processes before it, and writes a manifest that can be read.
                Datasets.Manifest.Write(plan, folder, datasets, Datasets.Manifest.RunsOf(folder.Path, plan));
                Assert.NotNull(JsonNode.Parse(File.ReadAllBytes(path))!["runs"]);
            }
        }

        Assert.InRange(read, Files / 100, Files * 9 / 10);

        // No change goes unseen by one, and both refuse in a line.
        static IReadOnlyList<string> Verified(string folder)
        {
            try
            {
                var findings = new Findings();
                _ = StoredManifest.Read(folder, findings);
                return findings.Wrong;
            }
            catch (BadInputException refused)
            {
                return [refused.Message];
            }
        }

        static void Combined(string folder)
        {
            try
            {
                _ = Datasets.ShardSet.Read([folder]);
            }
            catch (BadInputException refused)
            {
                Assert.DoesNotContain('\n', refused.Message);
            }
        }
    }

    private static byte[] Sealed(byte[] body) => [.. body, .. SHA256.HashData(body)];

    // Behind the header, mostly.
    private static byte[] Mutated(byte[] body, System.Random random)
    {
        List<byte> changed = [.. body];
        for (int left = 1 + random.Next(3); left > 0; left--)
        {
            int at = random.Next(10) == 0 ? random.Next(changed.Count) : random.Next(Math.Min(40, changed.Count - 1), random.Next(2) == 0 ? Math.Min(120, changed.Count) : changed.Count);
            switch (random.Next(5))
            {
                case 0:
                    changed[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    changed.RemoveRange(at, random.Next(Math.Min(100, changed.Count - at)));
                    break;
                case 2:
                    changed.InsertRange(at, new byte[random.Next(100)]);
                    break;
                default:
                    byte[] number = BitConverter.GetBytes(Numbers[random.Next(Numbers.Length)]);
                    for (int i = 0; i < (random.Next(2) == 0 ? 4 : 8) && at + i < changed.Count; i++)
                    {
                        changed[at + i] = number[i];
                    }

                    break;
            }
        }

        return [.. changed];
    }

    private static byte[] MutatedJson(byte[] json, System.Random random)
    {
        List<byte> changed = [.. json];
        int at = random.Next(changed.Count);
        switch (random.Next(6))
        {
            case 0:
                changed[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                changed.RemoveRange(at, changed.Count - at);
                break;
            case 2:
                changed.InsertRange(at, Enumerable.Repeat((byte)'[', random.Next(1000)));
                break;
            default: // another value for some member
                string text = Encoding.UTF8.GetString(json);
                int colon = text.IndexOf(':', at);
                int end = colon < 0 ? -1 : text.AsSpan(colon).IndexOfAny(",}]");
                return end < 0 ? [] : Encoding.UTF8.GetBytes($"{text[..(colon + 1)]}{Values[random.Next(Values.Length)]}{text[(colon + end)..]}");
        }

        return [.. changed];
    }
}
