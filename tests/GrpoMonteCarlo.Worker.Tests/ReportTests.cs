using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using GrpoMonteCarlo.Worker.Reports;
using GrpoMonteCarlo.Worker.Tests.Plotting;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary><c>grpomc report</c>: what it writes is a function of the datasets, says what they say, and stands on its own.</summary>
public sealed partial class ReportTests(MixedRun mixed) : IDisposable
{
    private const string Grid = """
        {
          "name": "grid", "description": "Is <b> & \"this\" a question?", "seed": 5, "iterations": 8, "replicates": 200,
          "grid": { "pRef": [0.1, 0.3, 0.6], "beta": [1, 2, 5], "groupSize": [2, 4, 16], "groups": 64 }
        }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_same_datasets_give_the_same_bytes_but_for_the_footer()
    {
        foreach (string name in new[] { "a", "b" })
        {
            _workspace.RunExperiment(Grid, name);
            Report(name);
        }

        Assert.Equal(Files("a").Keys, Files("b").Keys);
        Assert.All(Files("a"), file => Assert.Equal(WithoutFooter(file.Value), WithoutFooter(Files("b")[file.Key])));
        Assert.NotEqual(Files("a")["report.html"], Files("b")["report.html"]);
        Dictionary<string, string> before = Files("a");
        Report("a");
        Assert.Equal(before, Files("a"));
    }

    [Fact]
    public void A_grid_has_every_figure_and_table()
    {
        _workspace.RunExperiment(Grid, "grid");
        Dictionary<string, string> files = Reported("grid");
        Assert.Equal(
            [
                "figures/amplification.svg", "figures/degenerate.svg", "figures/deviation-map.svg", "figures/deviation.svg",
                "figures/fixed-point.svg", "figures/iterates.svg", "figures/rollouts.svg", "figures/step-z.svg", "report.html", "tables/cells.csv",
                "tables/cells.tex", "tables/certificate.csv", "tables/certificate.tex", "tables/fractions.csv", "tables/fractions.tex",
            ],
            files.Keys);
        Assert.Contains("Drawn are 12 of 27 cells", files["report.html"], StringComparison.Ordinal);
        Assert.Contains("Is &lt;b&gt; &amp; &quot;this&quot; a question?", files["report.html"], StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_in_the_tables_are_those_of_the_datasets()
    {
        // Copied: the run is shared with other tests.
        CopyMixed("mixed");
        Reported("mixed");
        List<Dictionary<string, string>> rows = Csv("mixed/tables/cells.csv");
        Assert.Equal(MixedRun.Cells, rows.Count);
        for (int cell = 0; cell < rows.Count; cell++)
        {
            int row = MixedRun.RowOf(cell, MixedRun.Iterations);
            foreach (string column in new[] { "p_mean", "p_se", "p_theory", "p_finite", "deviation_theory", "deviation_finite" })
            {
                Assert.Equal(mixed.Summary.IsNull(column, row) ? null : mixed.Summary.Double(column, row), Number(rows[cell][column]));
            }

            Assert.Equal(mixed.PerCell.Double("p_ref", cell), Number(rows[cell]["p_ref"]));
            Assert.Equal(mixed.PerCell.Int32("group_size", cell), Number(rows[cell]["group_size"]));
            Assert.Equal(mixed.PerCell.Text("advantage", cell), rows[cell]["advantage"]);
            double reach = 1.96 * mixed.Summary.Double("p_se", row);
            Assert.Equal(Math.Max(mixed.Summary.Double("p_mean", row) - reach, 0), Number(rows[cell]["p_low"])!.Value, 1e-15);
            Assert.Equal(Math.Min(mixed.Summary.Double("p_mean", row) + reach, 1), Number(rows[cell]["p_high"])!.Value, 1e-15);
        }

        Dictionary<string, string> certificate = Csv("mixed/tables/certificate.csv").Single();
        Assert.Equal((double)mixed.Results.Manifest["certificate"]!["stepZCount"]!, Number(certificate["step_z"]));
        Assert.Equal((double)mixed.Results.Manifest["certificate"]!["largestStepZ"]!, Number(certificate["largest_step_z"]));
        Assert.Equal((double?)mixed.Results.Manifest["certificate"]!["kolmogorovSmirnovP"], Number(certificate["kolmogorov_smirnov_p"]));
    }

    [Fact]
    public void The_words_name_the_cell_that_is_farthest_with_the_numbers_of_its_row()
    {
        _workspace.RunExperiment(Grid, "grid");
        string page = Reported("grid")["report.html"];
        string words = page[page.IndexOf("Farthest from the paper", StringComparison.Ordinal)..];
        words = words[..words.IndexOf("</li>", StringComparison.Ordinal)];
        Dictionary<string, string> row = Csv("grid/tables/cells.csv").MaxBy(row => Math.Abs(Number(row["deviation_theory"])!.Value))!;
        string[] shown = page.Split("<tr>").First(line => line.StartsWith($"<td>{row["cell"]}</td>", StringComparison.Ordinal))
            .Split("</td>").Select(field => field.Replace("<td>", "", StringComparison.Ordinal)).ToArray();
        // cell, p_ref, beta, G, p, s.e., two ends, groups of G, paper, p - paper
        Assert.Contains($"= {shown[1]}, ", words, StringComparison.Ordinal);
        foreach (int column in new[] { 4, 5, 8, 9, 10 })
        {
            Assert.Contains(shown[column], words, StringComparison.Ordinal);
        }

        Assert.Equal(Number(row["p_mean"])!.Value, Number(shown[4])!.Value, 1e-3);
        Assert.Equal(Number(row["p_theory"])!.Value, Number(shown[9])!.Value, 1e-3);
    }

    [Fact]
    public void Closed_forms_alone_have_no_empirical_part()
    {
        _workspace.RunExperiment(Grid.Replace("\"replicates\": 200", "\"replicates\": 0", StringComparison.Ordinal), "closed");
        Dictionary<string, string> files = Reported("closed");
        Assert.Equal(["tables/cells.csv", "tables/cells.tex"], files.Keys.Where(name => name.StartsWith("tables/", StringComparison.Ordinal)));
        Assert.DoesNotContain("figures/step-z.svg", files.Keys);
        Assert.DoesNotContain("figures/degenerate.svg", files.Keys);
        Assert.DoesNotContain("p_mean", files["tables/cells.csv"], StringComparison.Ordinal);
        Assert.Contains("p_finite_minus_p_theory", files["tables/cells.csv"], StringComparison.Ordinal);
    }

    [Fact]
    public void One_cell_and_one_iteration_make_a_report()
    {
        _workspace.RunExperiment(
            """{ "name": "one", "seed": 1, "iterations": 1, "replicates": 1, "grid": { "pRef": 0.2, "beta": 1, "groupSize": 2, "groups": 4 } }""",
            "one");
        Assert.Contains("One cell; 1 replicate of 1 iteration, 8 rollouts", Reported("one")["report.html"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e-12)]
    [InlineData(0)]
    public void Success_within_rounding_of_1_is_drawn_by_its_distance(double distance)
    {
        double logit = Math.Log(1 / distance);
        new HandmadeRun
        {
            Cells = 3,
            Iterations = 4,
            OfCell = (name, cell) => name switch
            {
                "group_size" => cell + 2.0,
                "p_ref" or "p_start" or "limit_theory" => 1 - distance,
                "beta" => 1.0,
                _ => null,
            },
            OfIteration = (name, _, _) => name switch
            {
                "replicates" => 10,
                "p_mean" or "p_q05" or "p_q95" or "p_theory" or "p_finite" or "p_observed_mean" => 1 - distance,
                "one_minus_p_mean" => distance,
                "logit_theory" or "logit_finite" => logit,
                "p_se" => distance / 100,
                "deviation_theory" or "deviation_finite" => distance / 10,
                "degenerate_fraction" or "saturated_fraction" => 1,
                "rollouts" => 1000,
                _ => null,
            },
        }.Write(_workspace.PathOf("near"));
        Assert.Contains("Drawn is the distance from 1", Reported("near")["report.html"], StringComparison.Ordinal);
    }

    [Fact]
    public void Nulls_in_every_column_make_a_report()
    {
        new HandmadeRun { Cells = 2, Iterations = 2 }.Write(_workspace.PathOf("nulls"));
        Reported("nulls");
        new HandmadeRun { Cells = 2, Iterations = 2, OfIteration = (name, _, _) => name == "replicates" ? 5 : null }
            .Write(_workspace.PathOf("nulls"));
        Reported("nulls");
    }

    [Fact]
    public void What_is_not_finite_is_as_if_it_were_null()
    {
        new HandmadeRun
        {
            Cells = 4,
            Iterations = 2,
            OfCell = (name, cell) => name switch { "beta" => cell + 1.0, "limit_theory" or "limit_finite" => double.PositiveInfinity, _ => null },
            OfIteration = (name, cell, _) => name == "replicates" ? 5 : cell % 2 == 0 ? double.NaN : double.NegativeInfinity,
        }.Write(_workspace.PathOf("infinite"));
        Reported("infinite");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-12)]
    [InlineData(null)]
    public void One_update_from_many_starts_may_lead_to_1_or_to_nothing(double? distance)
    {
        new HandmadeRun
        {
            Cells = 20,
            OfCell = (name, cell) => name switch
            {
                "p_start" or "p_ref" => 1 - (1e-12 * (cell + 1)),
                "beta" => 1.0,
                "anchor" => "reference",
                "update" => "tied",
                "prompts" => 1.0,
                "false_positive" or "false_negative" => 0.0,
                "limit_theory" => 1 - distance,
                "beta_bound" => distance,
                _ => null,
            },
            OfIteration = (name, _, _) => name switch
            {
                "replicates" => 5,
                "p_mean" or "p_theory" or "p_finite" => 1 - distance,
                "logit_theory" or "logit_finite" => distance is { } from ? -Math.Log(from) : null,
                _ => null,
            },
        }.Write(_workspace.PathOf("edge"));
        Reported("edge");
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-12)]
    [InlineData(null)]
    public void Orbits_may_end_at_1_or_nowhere(double? distance)
    {
        new HandmadeRun
        {
            Cells = 40,
            Iterations = 32,
            OfCell = (name, cell) => name switch
            {
                "beta" => (double)(cell / 2),
                "group_size" => 2.0,
                "groups" => 1.0 + (cell % 2),
                "estimator" => cell % 2 == 0 ? "importance" : "dynamic-sampling",
                _ => null,
            },
            OfIteration = (name, _, _) => name switch
            {
                "replicates" or "rollouts" => 5,
                "p_mean" or "p_theory" or "p_finite" or "p_q05" or "p_q95" => 1 - distance,
                "one_minus_p_mean" => distance,
                _ => null,
            },
        }.Write(_workspace.PathOf("orbit"));
        Reported("orbit");
    }

    [Fact]
    public void Each_column_may_be_null_by_itself()
    {
        foreach (string gone in new[] { "p_theory", "p_finite", "p_se", "p_mean", "deviation_theory", "step_z", "degenerate_fraction", "rollouts" })
        {
            new HandmadeRun
            {
                Cells = 9,
                Iterations = 3,
                OfCell = (name, cell) => name switch
                {
                    "beta" => 1.0 + (cell / 3),
                    "group_size" => 2.0 + (cell % 3),
                    "p_ref" => 0.2,
                    "rollouts" => 10.0,
                    "lag" => 1.0,
                    "estimator" => cell % 2 == 0 ? "plug-in" : "importance",
                    _ => null,
                },
                OfIteration = (name, cell, n) => name switch
                {
                    _ when name == gone => null,
                    "replicates" => 7,
                    "step_z" => cell - 4,
                    _ => 0.1 + (0.01 * cell) + (0.1 * n),
                },
            }.Write(_workspace.PathOf(gone));
            Reported(gone);
        }
    }

    [Fact]
    public void A_hundred_thousand_cells_are_sampled_and_soon_done()
    {
        const int Side = 316;
        new HandmadeRun
        {
            Cells = Side * Side,
            Iterations = 2,
            OfCell = (name, cell) => name switch
            {
                "p_ref" => (1 + (cell / Side)) / (Side + 1.0),
                "beta" => 0.1 * (1 + (cell % Side)),
                "group_size" => 8.0,
                "rollouts" => 1000.0,
                "advantage" => "grpo",
                _ => null,
            },
            OfIteration = (name, cell, n) => name switch
            {
                "replicates" => 100,
                "rollouts" => 800,
                "p_se" => 1e-3,
                "step_z" => n == 0 ? null : ((cell * 2654435761 % 1000) - 500) / 200.0,
                "deviation_theory" => cell == 12_345 ? -0.5 : 0.01,
                _ => (1.5 + (cell / Side)) / (Side + 1.0),
            },
        }.Write(_workspace.PathOf("many"));
        Dictionary<string, string> files = Timed("many");
        Assert.Matches("5,00[01] cells chosen evenly of 99,856", files["report.html"]); // the farthest may be one of the 5,000
        Assert.Contains("Drawn are 54 of 316 values of beta", files["report.html"], StringComparison.Ordinal);
        Assert.Equal(12_345, Number(Csv("many/tables/cells.csv").Single(row => row["deviation_theory"] == "-0.5")["cell"]));
        Assert.Contains("<td>12345</td>", files["report.html"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_hundred_thousand_starts_of_one_update_are_few_curves()
    {
        const int Starts = 400;
        new HandmadeRun
        {
            Cells = Starts * 250,
            Iterations = 1,
            OfCell = (name, cell) => name switch
            {
                "p_start" => (1 + (cell % Starts)) / (Starts + 1.0),
                "p_ref" => (1 + (cell / Starts % 25)) / 26.0,
                "beta" => 1.0 + (cell / Starts / 25),
                "anchor" => "reference",
                "update" => "tied",
                "prompts" or "groups" => 1.0,
                "group_size" => 8.0,
                "false_positive" or "false_negative" => 0.0,
                "limit_theory" or "limit_finite" => (1 + (cell % 997)) / 998.0,
                "beta_bound" or "beta_bound_finite" => 0.1 + (cell % 13),
                _ => null,
            },
            OfIteration = (name, cell, n) => name switch
            {
                "replicates" => 0,
                "rollouts" => 0,
                "p_theory" or "p_finite" => (1 + (cell % 499)) / 500.0,
                "logit_theory" or "logit_finite" => 5 + (cell % 7),
                _ => null,
            },
        }.Write(_workspace.PathOf("starts"));
        Dictionary<string, string> files = Timed("starts");
        Assert.Contains("Drawn are 12 of 250 combinations of the other parameters", files["report.html"], StringComparison.Ordinal);
        Assert.Superset(new HashSet<string> { "figures/weights.svg", "figures/map.svg", "figures/stability.svg" }, files.Keys.ToHashSet());
        Assert.DoesNotContain("figures/iterates.svg", files.Keys);
    }

    [Fact]
    public void Thousands_of_orbits_of_many_methods_are_sampled_and_soon_done()
    {
        string[] estimators = ["importance", "plug-in", "dynamic-sampling"];
        new HandmadeRun
        {
            Cells = 1000 * 4 * 3,
            Iterations = 33,
            OfCell = (name, cell) => name switch
            {
                "p_ref" => 0.2,
                "beta" => 0.01 * (1 + (cell / 12)),
                "group_size" => 2.0 * (1 + (cell % 4)),
                "groups" or "prompts" => 1.0,
                "estimator" => estimators[cell / 4 % 3],
                _ => null,
            },
            OfIteration = (name, cell, n) => name switch
            {
                "replicates" => 10,
                "rollouts" => n * (cell + 1),
                "step_z" => null,
                _ => (1 + ((((long)cell * 34) + n) * 2654435761 % 99_991)) / 100_000.0,
            },
        }.Write(_workspace.PathOf("orbits"));
        Dictionary<string, string> files = Timed("orbits");
        Assert.Superset(
            new HashSet<string> { "figures/bifurcation.svg", "figures/comparison.svg", "figures/ends.svg", "figures/rollouts.svg" },
            files.Keys.ToHashSet());
        Assert.Matches("Drawn are [0-9]+ of 1,000 values of beta", files["report.html"]);
    }

    [Fact]
    public void Figures_that_a_run_no_longer_has_go_and_other_files_stay()
    {
        _workspace.RunExperiment(Grid, "grid");
        Report("grid");
        File.WriteAllText(_workspace.PathOf("grid", "figures", "mine.svg"), "");
        _workspace.RunExperiment(Grid.Replace("[1, 2, 5]", "2", StringComparison.Ordinal), "grid");
        Report("grid");
        Assert.DoesNotContain("figures/fixed-point.svg", Files("grid").Keys);
        Assert.Contains("figures/mine.svg", Files("grid").Keys);
        Assert.Contains("figures/deviation.svg", Files("grid").Keys);
    }

    [Fact]
    public void Bad_input_is_refused_and_nothing_is_written()
    {
        Refused("nowhere", "nowhere", "no such folder");
        Directory.CreateDirectory(_workspace.PathOf("empty"));
        Refused("empty", "empty", "no finished run", "manifest.json");
        _workspace.Write("file", "");
        Refused("file", "file", "no such folder");
        var run = new HandmadeRun();
        foreach (string name in new[] { "summary.parquet", "cells.parquet" })
        {
            run.Write(_workspace.PathOf("gone"));
            File.Delete(_workspace.PathOf("gone", name));
            Refused("gone", "gone", $"there is no {name}");
            run.Write(_workspace.PathOf("damaged"));
            string path = _workspace.PathOf("damaged", name);
            byte[] bytes = File.ReadAllBytes(path);
            bytes.AsSpan(4, 40).Fill(0xFF);
            File.WriteAllBytes(path, bytes);
            Refused("damaged", name, "SHA-256");
            run.WriteManifest(_workspace.PathOf("damaged"));
            Refused("damaged", name); // and where the manifest agrees with the damage
            File.WriteAllBytes(path, bytes[..^1]);
            run.WriteManifest(_workspace.PathOf("damaged"));
            Refused("damaged", name, "Parquet");
        }

        foreach (string manifest in new[] { "", "{", "[]", "null", "{}", """{ "experiment": 3 }""" })
        {
            run.Write(_workspace.PathOf("manifest"));
            File.WriteAllText(_workspace.PathOf("manifest", "manifest.json"), manifest);
            Refused("manifest", "manifest.json", "not the manifest");
        }

        // Whole files that are not of one run.
        run.Write(_workspace.PathOf("mingled"));
        new HandmadeRun { Cells = 3 }.Write(_workspace.PathOf("three"));
        File.Copy(_workspace.PathOf("three", "cells.parquet"), _workspace.PathOf("mingled", "cells.parquet"), overwrite: true);
        run.WriteManifest(_workspace.PathOf("mingled"));
        Refused("mingled", "summary.parquet");
    }

    [Fact]
    public void The_readme_shows_the_quickstart_as_it_comes_out()
    {
        _workspace.RunExperiment(File.ReadAllText(Repository.PathOf("experiments/quickstart.json")), "quickstart");
        Assert.Equal(File.ReadAllText(Repository.PathOf("docs/quickstart.svg")), Reported("quickstart")["figures/iterates.svg"]);
        Assert.Contains("<img src=\"docs/quickstart.svg\"", File.ReadAllText(Repository.PathOf("README.md")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 100, 0, 0.036995)]
    [InlineData(0.5, 100, 0.403830, 0.596170)]
    [InlineData(1, 10, 0.722460, 1)]
    public void Wilson_intervals_are_those_of_the_formula(double fraction, double n, double low, double high)
    {
        (double from, double to) = Intervals.Wilson(fraction, n);
        Assert.Equal(low, from, 2e-5);
        Assert.Equal(high, to, 2e-5);
    }

    [Fact]
    public void Flagged_cells_are_those_that_Benjamini_and_Hochberg_reject()
    {
        // p of 5, 3 and 2.5: 5.7e-7, 0.0027, 0.0124; of 10 values the limits are 0.005, 0.01, 0.015, so 2.5 is rejected with the others.
        (int, double)[] values = [(0, 5), (1, -3), (2, 2.5), (2, 0.1), (3, 0.2), (4, 0.3), (5, 0.4), (6, -0.5), (7, 0.6), (8, 0.7)];
        Assert.Equal(3, Intervals.Flagged(values));
        Assert.Equal(2, Intervals.Flagged([.. values.Select(value => value.Item2 == 2.5 ? (2, 1.5) : value)]));
        Assert.Equal(0, Intervals.Flagged([(0, 1.9), (1, 1)]));
        Assert.Equal(0, Intervals.Flagged([]));
    }

    [Theory]
    [InlineData(10, 12)]
    [InlineData(18, 12)]
    [InlineData(72, 12)]
    [InlineData(120, 12)]
    [InlineData(100_000, 400)]
    public void A_sample_rises_and_meets_every_phase(int count, int most)
    {
        int[] sample = [.. Sample.Of(count, most)];
        Assert.Equal(Math.Min(count, most), sample.Length);
        Assert.Equal(sample.Distinct().Order(), sample);
        Assert.InRange(sample[^1], 0, count - 1);
        Assert.All(new[] { 2, 3 }, period => Assert.Equal(period, sample.Select(i => i % period).Distinct().Count()));
    }

    [Theory]
    [InlineData(1, 16, 1)]
    [InlineData(16, 16, 1)]
    [InlineData(17, 16, 2)]
    [InlineData(61, 52, 2)]
    [InlineData(61, 31, 2)]
    [InlineData(61, 30, 3)]
    [InlineData(10_000, 60, 170)]
    public void An_axis_is_sampled_at_equal_steps_with_both_ends(int count, int most, int step)
    {
        double[] values = [.. Enumerable.Range(0, count).Select(i => (double)i)];
        double[] sample = Sample.OfAxis(values, most);
        Assert.InRange(sample.Length, 1, most);
        Assert.Equal((0, count - 1), (sample[0], sample[^1]));
        Assert.All(sample.Zip(sample.Skip(1).SkipLast(1)), pair => Assert.Equal(step, pair.Second - pair.First));
        Assert.True(sample.Length < 2 || sample[^1] - sample[^2] <= step);
    }

    private static string WithoutFooter(string text) => Footer().Replace(text, "");

    private static double? Number(string field) => field.Length == 0 ? null : double.Parse(field, CultureInfo.InvariantCulture);

    private void Report(string folder) => Assert.Equal("", _workspace.Run("report", folder).Expect(0).Errors);

    private Dictionary<string, string> Reported(string folder)
    {
        Report(folder);
        return Checked(folder);
    }

    // Many cells: soon done, and small.
    private Dictionary<string, string> Timed(string folder)
    {
        long started = Stopwatch.GetTimestamp();
        Report(folder);
        TimeSpan took = Stopwatch.GetElapsedTime(started);
        Assert.True(took < TimeSpan.FromSeconds(10), $"{took}");
        Dictionary<string, string> files = Checked(folder);
        Assert.InRange(files.Values.Sum(text => (long)text.Length), 0, 5_000_000);
        return files;
    }

    // What holds for every report.
    private Dictionary<string, string> Checked(string folder)
    {
        Dictionary<string, string> files = Files(folder);
        foreach ((string name, string text) in files)
        {
            Assert.False(Forbidden().IsMatch(text), $"{name}: {Forbidden().Match(text).Value}");
            Assert.False(name.EndsWith(".tmp", StringComparison.Ordinal), name);
            if (name.EndsWith(".svg", StringComparison.Ordinal))
            {
                SvgTexts.Check(XDocument.Parse(text, LoadOptions.PreserveWhitespace).Root!);
            }
        }

        string page = files["report.html"];
        Assert.False(Outside().IsMatch(page), Outside().Match(page).Value);
        string[] ids = [.. Id().Matches(page).Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        return files;
    }

    private Dictionary<string, string> Files(string folder)
    {
        string[] kinds = [".html", ".svg", ".csv", ".tex", ".tmp"];
        return Directory.GetFiles(_workspace.PathOf(folder), "*", SearchOption.AllDirectories)
            .Where(path => kinds.Contains(Path.GetExtension(path)))
            .Order(StringComparer.Ordinal)
            .ToDictionary(path => Path.GetRelativePath(_workspace.PathOf(folder), path).Replace('\\', '/'), File.ReadAllText);
    }

    private void CopyMixed(string folder)
    {
        Directory.CreateDirectory(_workspace.PathOf(folder));
        foreach (string name in new[] { "manifest.json", "summary.parquet", "cells.parquet" })
        {
            File.Copy(mixed.Results.PathOf(name), _workspace.PathOf(folder, name), overwrite: true);
        }
    }

    // No text of ours has a comma in it but a given scale, which is quoted.
    private List<Dictionary<string, string>> Csv(string path)
    {
        string[][] lines = [.. File.ReadAllLines(_workspace.PathOf(path)).Select(line => Field().Matches(line)
            .Select(field => field.Groups[1].Success ? field.Groups[1].Value.Replace("\"\"", "\"", StringComparison.Ordinal) : field.Groups[2].Value)
            .ToArray())];
        Assert.All(lines, line => Assert.Equal(lines[0].Length, line.Length));
        return [.. lines.Skip(1).Select(line => lines[0].Zip(line).ToDictionary(pair => pair.First, pair => pair.Second))];
    }

    private void Refused(string folder, params string[] saying)
    {
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run("report", folder), saying);
        Assert.Equal(before, _workspace.Snapshot());
    }

    [GeneratedRegex("<footer>.*</footer>", RegexOptions.Singleline)]
    private static partial Regex Footer();

    [GeneratedRegex(@"NaN|Infinity|u00A0|(?<![\w\\])inf(?!\w|ty)")]
    private static partial Regex Forbidden();

    [GeneratedRegex("http|src=|href=|@import|url\\((?!#)", RegexOptions.IgnoreCase)]
    private static partial Regex Outside();

    [GeneratedRegex(" id=\"[^\"]*\"")]
    private static partial Regex Id();

    [GeneratedRegex("(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,\"]*))")]
    private static partial Regex Field();
}
