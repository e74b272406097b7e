using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Parquet;
using GrpoMonteCarlo.Worker.Datasets;
using GrpoMonteCarlo.Worker.Verification;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary><c>grpomc verify</c>: a run that is as it was written passes, and whatever was changed since is found and named.</summary>
public sealed class VerifyTests(MixedRun mixed, VariantsRun variants) : IDisposable
{
    private const string Small = """
        {
          "name": "small", "seed": 4, "iterations": 3, "replicates": 20,
          "grid": { "prompts": { "pRef": [0.2, 0.4] }, "beta": [1, 2], "groupSize": 8, "groups": 30 },
          "record": { "trajectories": true, "passages": [0.35] }
        }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_run_as_it_was_written_passes_and_nothing_is_changed()
    {
        foreach (string folder in new[] { mixed.Results.Folder, variants.Results.Folder })
        {
            string[] before = Workspace.SnapshotOf(folder);
            Answer answer = _workspace.Run("verify", folder).Expect(0);
            Assert.Equal("", answer.Errors);
            Assert.EndsWith("verified: nothing is off\n", answer.Output, StringComparison.Ordinal);
            Assert.Contains("simulated again: 1", answer.Output, StringComparison.Ordinal);
            Assert.Equal(before, Workspace.SnapshotOf(folder));
        }
    }

    [Fact]
    public void So_do_closed_forms_a_cell_that_stopped_by_itself_and_a_run_without_its_ranges()
    {
        _workspace.RunExperiment(Small.Replace("\"replicates\": 20", "\"replicates\": 0", StringComparison.Ordinal), "closed");
        Assert.Empty(Verify("closed").Wrong);
        _workspace.RunExperiment(Small, "stopped", ["--set", "stop={\"targetStandardError\":0.005,\"maxReplicates\":500}"]);
        Assert.Empty(Verify("stopped").Wrong);
        Directory.Delete(_workspace.PathOf("stopped", "state"), recursive: true);
        Findings findings = Verify("stopped");
        Assert.Empty(findings.Wrong);
        Assert.Contains(findings.Checked, line => line.StartsWith("simulated again: 2 of 2 cells", StringComparison.Ordinal));

        // Longer ranges than the experiment goes.
        _workspace.RunExperiment(Small, "shorter");
        _workspace.RunExperiment(Small, "shorter", ["--set", "iterations=2"]);
        Assert.Empty(Verify("shorter").Wrong);
    }

    [Theory]
    [InlineData("\"pRef\": 0.3, \"beta\": 1, \"epsilon\": 0", "logit_theory")]
    [InlineData("\"pRef\": 0.3, \"beta\": 1, \"epsilon\": 0, \"anchor\": [\"previous\", { \"mixed\": 0.5 }]", "logit_theory")]
    [InlineData("\"prompts\": { \"pRef\": [0.2, 0.4] }, \"beta\": 0.0001", "logit_finite")]
    public void Logits_of_a_probability_that_is_1_exactly_are_infinite_and_nothing_is_off(string parameters, string infinite)
    {
        Results results = _workspace.RunExperiment(
            $$"""
            {
              "name": "certain", "seed": 1, "iterations": 20, "replicates": 20,
              "grid": { {{parameters}}, "groupSize": 8, "groups": 16 }, "record": { "trajectories": true }
            }
            """,
            "out");
        DatasetTable summary = results.Read("summary.parquet");
        Assert.Contains(double.PositiveInfinity, Enumerable.Range(0, summary.Rows).Select(row => summary.Double(infinite, row)));
        Assert.Empty(Verify("out").Wrong);
    }

    [Theory]
    [InlineData("p_mean_second_order", 1.5, "must be from 0 to 1")]
    [InlineData("p_sd_theory", -0.1, "must be a finite number, not negative")]
    [InlineData("deviation_theory", -1.1, "must be from -1 to 1")]
    [InlineData("p_sd_theory", double.PositiveInfinity, "must be a finite number")]
    [InlineData("logit_theory", double.NaN, "must be a number")]
    public void Values_that_cannot_be_are_found_though_all_hashes_are_right(string column, double value, string rule)
    {
        _workspace.RunExperiment(Small.Replace("\"prompts\": { \"pRef\": [0.2, 0.4] }", "\"pRef\": 0.3", StringComparison.Ordinal), "out");
        string path = _workspace.PathOf("out", "summary.parquet");
        byte[] before = File.ReadAllBytes(path);
        Falsify(path, column, 2, value);
        byte[] after = File.ReadAllBytes(path);
        string manifest = _workspace.PathOf("out", "manifest.json");
        File.WriteAllText(manifest, File.ReadAllText(manifest)
            .Replace(Convert.ToHexStringLower(SHA256.HashData(before)), Convert.ToHexStringLower(SHA256.HashData(after)), StringComparison.Ordinal)
            .Replace($"\"bytes\": {before.Length}", $"\"bytes\": {after.Length}", StringComparison.Ordinal));
        Assert.Contains(Verify("out").Wrong, line => line.StartsWith($"summary.parquet: row 2, {column}: is ", StringComparison.Ordinal)
            && line.Contains(rule, StringComparison.Ordinal));
    }

    [Fact]
    public void A_flipped_bit_anywhere_is_found()
    {
        _workspace.RunExperiment(Small, "out");
        var random = new System.Random(8);
        string[] files = ["summary", "cells", "pass_at_k", "trajectories", "passages", "basins", "passage_times"];
        foreach (string file in files.Select(name => $"{name}.parquet").Prepend("manifest.json"))
        {
            string path = _workspace.PathOf("out", file);
            byte[] whole = File.ReadAllBytes(path);
            int[] places = [0, whole.Length - 1, .. Enumerable.Range(0, 20).Select(_ => random.Next(whole.Length))];
            foreach (int place in places)
            {
                byte[] flipped = [.. whole];
                flipped[place] ^= (byte)(1 << random.Next(8));
                File.WriteAllBytes(path, flipped);
                Assert.Contains(Verify("out").Wrong, line => line.StartsWith(file, StringComparison.Ordinal));
            }

            File.WriteAllBytes(path, whole);
        }

        foreach (string range in Directory.GetFiles(_workspace.PathOf("out", "state"), "*-*", SearchOption.AllDirectories))
        {
            byte[] whole = File.ReadAllBytes(range);
            byte[] flipped = [.. whole];
            flipped[random.Next(whole.Length)] ^= 16;
            File.WriteAllBytes(range, flipped);
            string name = Path.GetRelativePath(_workspace.PathOf("out"), range);
            Assert.Contains(Verify("out").Wrong, line => line.StartsWith(name, StringComparison.Ordinal));
            File.WriteAllBytes(range, whole);
        }

        Assert.Empty(Verify("out").Wrong);
    }

    [Fact]
    public void Every_finding_is_a_line_and_the_exit_code_is_3()
    {
        _workspace.RunExperiment(Small, "out");
        File.Delete(_workspace.PathOf("out", "cells.parquet"));
        File.AppendAllText(_workspace.PathOf("out", "trajectories.parquet"), "x");
        Answer answer = _workspace.Run("verify", "out").Expect(3);
        Assert.Equal("", answer.Errors);
        string[] lines = answer.Output.Split('\n');
        Assert.Contains("WRONG  cells.parquet: is not there", lines);
        Assert.Contains(lines, line => line.StartsWith("WRONG  trajectories.parquet: has ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("ok     summary.parquet", StringComparison.Ordinal));
        Assert.StartsWith("not verified: ", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Replicates_that_the_engine_does_not_give_are_found_though_all_hashes_are_right()
    {
        // The ranges of another seed: the datasets are made of them, and agree with them.
        _workspace.RunExperiment(Small, "out");
        _workspace.RunExperiment(Small, "other", ["--set", "seed=5"]);
        foreach (string range in Directory.GetFiles(_workspace.PathOf("other", "state"), "*-*", SearchOption.AllDirectories))
        {
            File.Copy(range, _workspace.PathOf("out", Path.GetRelativePath(_workspace.PathOf("other"), range)), overwrite: true);
        }

        _workspace.RunExperiment(Small, "out");
        Assert.All(Verify("out").Wrong, line => Assert.Contains("simulated again", line, StringComparison.Ordinal));
        Assert.NotEmpty(Verify("out").Wrong);
        Directory.Delete(_workspace.PathOf("out", "state"), recursive: true);
        Assert.All(Verify("out").Wrong, line => Assert.Matches("^summary.parquet: row .* simulated again", line));
        Assert.NotEmpty(Verify("out").Wrong);
    }

    [Fact]
    public void Datasets_that_their_ranges_do_not_give_are_found_with_the_value()
    {
        _workspace.RunExperiment(Small, "out");
        _workspace.RunExperiment(Small, "more", ["--set", "seed=5"]);
        Directory.Delete(_workspace.PathOf("more", "state"), recursive: true);
        _ = _workspace.RunExperiment(Small, "more", ["--set", "seed=5"]);
        foreach (string range in Directory.GetFiles(_workspace.PathOf("out", "state"), "*-*", SearchOption.AllDirectories))
        {
            File.Copy(range, _workspace.PathOf("more", Path.GetRelativePath(_workspace.PathOf("out"), range)), overwrite: true);
        }

        Assert.Contains(Verify("more").Wrong, line => line.StartsWith("summary.parquet: row ", StringComparison.Ordinal)
            && line.Contains("by its ranges", StringComparison.Ordinal));
    }

    [Fact]
    public void Missing_replicates_are_found()
    {
        _workspace.RunExperiment(Small, "out");
        File.Delete(Directory.GetFiles(_workspace.PathOf("out", "state"), "*-*", SearchOption.AllDirectories)[0]);
        Assert.Contains(Verify("out").Wrong, line => line.Contains("holds 0 replicates of 20", StringComparison.Ordinal));
    }

    [Fact]
    public void What_could_not_be_looked_at_is_not_said_to_be_wrong_or_right()
    {
        _workspace.RunExperiment(Small, "out");
        string summary = _workspace.PathOf("out", "summary.parquet");
        byte[] bytes = File.ReadAllBytes(summary);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(summary, bytes);
        Findings findings = Verify("out");
        Assert.All(findings.Wrong, line => Assert.StartsWith("summary.parquet: ", line, StringComparison.Ordinal));
        Assert.NotEmpty(findings.Wrong);
        Assert.DoesNotContain(findings.Checked, line => line.Contains("certificate", StringComparison.Ordinal));
        Assert.Contains(findings.Checked, line => line.StartsWith("trajectories.parquet", StringComparison.Ordinal));

        _workspace.RunExperiment(Small.Replace("\"replicates\": 20", "\"replicates\": 0", StringComparison.Ordinal), "closed");
        Assert.DoesNotContain(Verify("closed").Checked, line => line.Contains("simulated again", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_without_any_range_is_simulated_whatever_else_state_holds()
    {
        Results results = _workspace.RunExperiment(Small, "out");
        foreach (string cell in Directory.GetDirectories(results.PathOf("state")))
        {
            Directory.GetFiles(cell).ToList().ForEach(File.Delete);
        }

        foreach (bool foldersToo in new[] { false, true })
        {
            if (foldersToo)
            {
                Directory.GetDirectories(results.PathOf("state")).ToList().ForEach(Directory.Delete);
            }

            Assert.True(File.Exists(results.PathOf("state/run.json")));
            Findings findings = Verify("out");
            Assert.Empty(findings.Wrong);
            Assert.Contains(findings.Checked, line => line.StartsWith("simulated again: 2 of 2 cells", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_run_as_it_was_written_takes_no_room_a_second_time()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "its folder for temporary files has another name");
        _workspace.RunExperiment(Small, "out");
        Answer answer = Grpomc.Run(_workspace.Folder, ["verify", "out"], ("TMPDIR", _workspace.PathOf("nowhere"))).Expect(0);
        Assert.Contains("written again from the finished ranges and the closed forms, the same bytes", answer.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_is_whole_only_as_it_was_written()
    {
        byte[] manifest = File.ReadAllBytes(mixed.Results.PathOf("manifest.json"));
        Assert.True(Manifest.IsWhole(manifest));
        Assert.False(Manifest.IsWhole(manifest.AsSpan(1)));
        Assert.False(Manifest.IsWhole([.. manifest, (byte)'\n']));
        Assert.False(Manifest.IsWhole([]));
        Assert.False(Manifest.IsWhole("{}"u8));
    }

    [Theory]
    [InlineData("certificate")]
    [InlineData("files")]
    [InlineData("experimentHash")]
    [InlineData("cells")]
    public void A_manifest_without_one_of_its_members_is_a_finding_and_no_report_is_made_of_it(string member)
    {
        _workspace.RunExperiment(Small, "out");
        JsonNode manifest = JsonNode.Parse(File.ReadAllBytes(_workspace.PathOf("out", "manifest.json")))!;
        manifest.AsObject().Remove(member);
        File.WriteAllText(_workspace.PathOf("out", "manifest.json"), manifest.ToJsonString());
        Assert.Contains("manifest.json: cannot be read as the manifest of a run", Verify("out").Wrong);
        if (member != "cells")
        {
            Refusal.Check(_workspace.Run("report", "out"), "manifest.json", "not the manifest of a run");
        }
    }

    [Fact]
    public void What_is_no_finished_run_is_refused()
    {
        Directory.CreateDirectory(_workspace.PathOf("empty"));
        Refusal.Check(_workspace.Run("verify", "nowhere"), "nowhere", "no such folder");
        Refusal.Check(_workspace.Run("verify", "empty"), "empty", "no finished run");
        _workspace.Write("experiment.json", Small);
        _workspace.Run("run", "experiment.json", "--out", "shard", "--no-progress", "--shard", "1/2").Expect(0);
        Refusal.Check(_workspace.Run("verify", "shard"), "shard", "shard 1/2", "combine");
    }

    // Writes a file of one row group anew with another value.
    private static void Falsify(string path, string column, int row, double value)
    {
        var file = new MemoryStream();
        using (var reader = ParquetReader.Open(path))
        using (var writer = new ParquetWriter(file, reader.Columns, reader.Metadata, "a test", leaveOpen: true))
        {
            Assert.Equal(1, reader.RowGroupCount);
            ColumnValues[] columns = [.. Enumerable.Range(0, reader.Columns.Count).Select(i => reader.ReadColumn(0, i))];
            for (int r = 0; r < reader.RowCount; r++)
            {
                for (int i = 0; i < columns.Length; i++)
                {
                    ColumnBuffer buffer = writer.Column(i);
                    bool optional = reader.Columns[i].Optional;
                    switch (columns[i].Type)
                    {
                        case ParquetType.Double when r == row && reader.Columns[i].Name == column:
                            buffer.Append(value);
                            break;
                        case ParquetType.Double when optional:
                            buffer.Append(columns[i].IsNull(r) ? null : (double?)columns[i].Doubles[r]);
                            break;
                        case ParquetType.Double:
                            buffer.Append(columns[i].Doubles[r]);
                            break;
                        case ParquetType.Int32 when optional:
                            buffer.Append(columns[i].IsNull(r) ? null : (int?)columns[i].Int32s[r]);
                            break;
                        case ParquetType.Int32:
                            buffer.Append(columns[i].Int32s[r]);
                            break;
                        case ParquetType.Int64:
                            buffer.Append(columns[i].Int64s[r]);
                            break;
                        default:
                            buffer.Append(columns[i].Strings[r]);
                            break;
                    }
                }

                writer.EndRow();
            }

            writer.Finish();
        }

        File.WriteAllBytes(path, file.ToArray());
    }

    private Findings Verify(string folder) => Verifier.Verify(_workspace.PathOf(folder));
}
