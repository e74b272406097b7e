using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using GrpoMonteCarlo.Updates;
using GrpoMonteCarlo.Worker.Tests.Plotting;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>The experiment files of the repository: each runs, and experiments/README.md says of the paper's figures what comes out.</summary>
public sealed class GalleryTests : IDisposable
{
    private const double Epsilon = 1e-5; // of Figures 2, 4 and 5

    private static readonly string Folder = Repository.PathOf("experiments");
    private static readonly string Gallery = Repository.PathOf("docs/gallery");
    private static readonly string[] ReadMe = File.ReadAllLines(Path.Combine(Folder, "README.md"));

    private readonly Workspace _workspace = new();

    // The figure of its report that answers its question, docs/gallery/NAME.svg. The quickstart's is the README's.
    private static readonly Dictionary<string, string> Figures = new()
    {
        ["arms"] = "ends",
        ["bifurcation"] = "bifurcation",
        ["budget-split"] = "iterates",
        ["clipping"] = "comparison",
        ["coupled"] = "differences",
        ["cycles"] = "iterates",
        ["degenerate-groups"] = "ends",
        ["escape"] = "passages",
        ["estimators"] = "comparison",
        ["fluctuations"] = "spread",
        ["group-size"] = "deviation",
        ["group-size-bias"] = "bias",
        ["kl-estimators"] = "comparison",
        ["paper-figure-1"] = "weights",
        ["paper-figure-2"] = "map",
        ["paper-figure-4"] = "stability",
        ["paper-figure-5"] = "iterates",
        ["paper-table-1"] = "iterates",
        ["presets"] = "comparison",
        ["prompt-population"] = "pass-at-k",
        ["stages"] = "comparison",
        ["verifier-noise"] = "ends",
    };

    // Those that take longest run with three replicates, so that their figures are drawn but not held to their bytes, unless GRPOMC_GALLERY is set.
    private static readonly string[] Long = Environment.GetEnvironmentVariable("GRPOMC_GALLERY") is null
        ? ["arms", "bifurcation", "clipping", "cycles", "degenerate-groups", "kl-estimators"]
        : [];

    public static TheoryData<string> WithFigure => [.. Figures.Keys];

    private static IEnumerable<string> Names => Directory.GetFiles(Folder, "*.json")
        .Select(path => Path.GetFileNameWithoutExtension(path))
        .Where(name => name != "experiment.schema")
        .Order(StringComparer.Ordinal);

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_readme_lists_and_explains_every_file_and_no_other()
    {
        string[] listed = [.. ReadMe.Select(line => Regex.Match(line, @"^\| \[`(.+)\.json`\]\(#(.+)\) \|")).Where(row => row.Success).Select(row => row.Groups[1].Value)];
        Assert.Equal(Names, listed.Order(StringComparer.Ordinal));
        Assert.All(listed, name => Assert.Contains($"`grpomc run experiments/{name}.json`", SectionOf(name), StringComparison.Ordinal));
        Assert.Equal(listed, ReadMe.Where(line => line.StartsWith("### ", StringComparison.Ordinal)).Select(line => line[4..]));
    }

    [Fact]
    public void A_file_is_named_like_its_experiment_and_asks_its_question() => Assert.All(Names, name =>
    {
        JsonNode experiment = Read(name);
        Assert.Equal(name, (string)experiment["name"]!);
        Assert.Matches(@"^[A-Z].*\?$", (string)experiment["description"]!);
    });

    [Theory]
    [MemberData(nameof(WithFigure))]
    public void Its_figure_is_as_it_comes_out(string name)
    {
        string[] changes = Long.Contains(name) ? ["--set", "replicates=3"] : [];
        Results results = _workspace.RunExperiment(File.ReadAllText(Path.Combine(Folder, $"{name}.json")), name, changes);
        _workspace.Run("report", name).Expect(0);
        string expected = File.ReadAllText(results.PathOf($"figures/{Figures[name]}.svg"));
        if (changes.Length == 0)
        {
            Assert.Equal(expected, File.ReadAllText(Path.Combine(Gallery, $"{name}.svg")));
        }

        Assert.InRange(expected.Length, 1_000, 160_000);
        SvgTexts.Check(XDocument.Parse(expected, LoadOptions.PreserveWhitespace).Root!);
    }

    [Fact]
    public void Every_experiment_has_a_figure_and_shows_it_under_its_command()
    {
        Assert.Equal(Names.Where(name => name != "quickstart"), Figures.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(Figures.Keys.Order(StringComparer.Ordinal), Directory.GetFiles(Gallery)
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal));
        Assert.All(Names, name =>
        {
            string picture = name == "quickstart" ? "../docs/quickstart.svg" : $"../docs/gallery/{name}.svg";
            string pattern = Regex.Escape($"`grpomc run experiments/{name}.json`\n\n<img src=\"{picture}\" width=\"") + "[0-9]+\" alt=\"[^\"]+\">\n\n";
            Assert.Matches(pattern, SectionOf(name));
        });
    }

    [Theory]
    [MemberData(nameof(WithFigure))]
    public void Bars_and_bands_are_explained_under_their_figure(string name)
    {
        XElement picture = XDocument.Load(Path.Combine(Gallery, $"{name}.svg")).Root!;
        string caption = picture.Elements().Single(element => element.Name.LocalName == "desc").Value;
        string legend = string.Concat(picture.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value));
        string said = SectionOf(name).Replace('\n', ' ') + legend;
        foreach (string range in (string[])["90\u00A0%", "1.96"])
        {
            string expected = range == "1.96" ? "1.96 standard errors" : "90 %";
            Assert.Equal(caption.Contains(range, StringComparison.Ordinal), said.Replace('\u00A0', ' ').Contains(expected, StringComparison.Ordinal));
        }

        Match iterates = Regex.Match(caption, "^The last [0-9]+ ");
        Assert.Contains($"alt=\"{iterates.Value}", SectionOf(name), StringComparison.Ordinal);
    }

    [Fact]
    public void Seven_of_nine_distances_from_the_paper_fall_as_1_over_G()
    {
        JsonNode experiment = Read("group-size");
        experiment["replicates"] = 0;
        DatasetTable summary = _workspace.RunExperiment(experiment.ToJsonString(), "group-size").Read("summary.parquet");
        double Distance(double pRef, double beta, int g) => Math.Abs(RowsAt(summary, (int)experiment["iterations"]!)
            .Where(row => summary.Double("p_ref", row) == pRef && summary.Double("beta", row) == beta && summary.Int32("group_size", row) == g)
            .Select(row => summary.Double("p_finite", row) - summary.Double("p_theory", row))
            .Single());
        (double PRef, double Beta)[] lines = [.. ((double[])[0.1, 0.3, 0.5]).SelectMany(pRef => ((double[])[1, 2, 5]).Select(beta => (pRef, beta)))];
        (double, double)[] exceptions = [.. lines.Where(line => Math.Abs(Math.Log2(Distance(line.PRef, line.Beta, 32) / Distance(line.PRef, line.Beta, 256)) - 3) > 0.5)];
        Assert.Equal([(0.3, 1), (0.5, 1)], exceptions);
        Assert.Contains("seven of nine lines fall as 1/G or nearly so, those of p_ref 0.3 and 0.5 at beta 1 do not", SectionOf("group-size"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_legend_of_the_presets_is_in_the_order_that_is_named()
    {
        string[] named = [.. Regex.Matches(Regex.Match(SectionOf("presets"), @"In the legend's order: ([^.]+)\.").Groups[1].Value, "`([^`]+)`").Select(name => name.Groups[1].Value)];
        XElement[] texts = [.. XDocument.Load(Path.Combine(Gallery, "presets.svg")).Root!.Descendants().Where(element => element.Name.LocalName == "text")];
        string[] legend = [.. texts.Select(text => text.Value.Replace('\u00A0', ' ')).Where(text => text.Contains("estimator", StringComparison.Ordinal))];
        Assert.Equal(5, legend.Length);
        Assert.Equal(legend, named.Select(name => LibraryPreset.Named.Single(preset => preset.Name == name)).Select(preset => Assert.Single(legend, text =>
            text.Contains(Written(preset.Epsilon), StringComparison.Ordinal)
            && text.Contains($" {preset.Advantage.Name}, estimator {(preset.DynamicSampling ? "dynamic-sampling" : "importance")},", StringComparison.Ordinal))));

        // The powers' signs are the pictures'.
        static string Written(double epsilon) => epsilon is 0 or 1e-4 ? Invariant($"= {epsilon:0.####},") : Invariant($"= 10\u2212{-Math.Log10(epsilon):F0},");
    }

    [Theory]
    [InlineData("arms")]
    [InlineData("clipping")]
    [InlineData("degenerate-groups")]
    public void The_table_of_a_run_tells_its_cells_apart(string name)
    {
        // Closed forms only: many of the cells differ in nothing else that is printed.
        JsonNode experiment = Read(name);
        experiment["replicates"] = 0;
        string[] lines = _workspace.Run("run", _workspace.Write("experiment.json", experiment.ToJsonString()), "--out", name, "--no-progress").Expect(0).Output.Split('\n');
        string[] cells = [.. lines.Skip(3).TakeWhile(line => !line.StartsWith("datasets", StringComparison.Ordinal))];
        Assert.Equal(new Results(_workspace.PathOf(name)).Read("cells.parquet").Rows, cells.Length);
        Assert.Equal(cells.Length, cells.Distinct().Count());
    }

    [Fact]
    public void Figure_1_has_the_weights_of_successes_and_failures()
    {
        string section = SectionOf("paper-figure-1");
        DatasetTable summary = RunClosedForms("paper-figure-1").Read("summary.parquet");
        int[] rows = [.. RowsAt(summary, 1)];
        Assert.Equal(99, rows.Length);
        Assert.All(rows, row =>
        {
            double p = summary.Double("p_start", row);
            double omega = summary.Double("logit_theory", row);
            Assert.Equal(Math.Sqrt((1 - p) / p), (1 - p) * omega, 1e-12);
            Assert.Equal(Math.Sqrt(p / (1 - p)), p * omega, 1e-12);
        });
        foreach (double p in (double[])[0.01, 0.1, 0.5, 0.9])
        {
            int row = rows.MinBy(row => Math.Abs(summary.Double("p_start", row) - p));
            double omega = summary.Double("logit_theory", row);
            double finite = summary.Double("logit_finite", row);
            Assert.Contains(Invariant($"| {p} | {omega:F4} | {(1 - p) * omega:F4} | {p * omega:F4} | {finite:F4} |"), section, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Figure_2_has_the_map_and_its_crossings()
    {
        string section = SectionOf("paper-figure-2");
        Results results = RunClosedForms("paper-figure-2");
        DatasetTable summary = results.Read("summary.parquet");
        int[] rows = [.. RowsAt(summary, 1)];
        Assert.Equal(12 * 99, rows.Length);
        Assert.All(rows, row => Assert.Equal(
            Map(summary.Double("p_ref", row), summary.Double("beta", row), summary.Double("p_start", row)), summary.Double("p_theory", row), 1e-12));
        foreach ((double pRef, string said) in ((double, string)[])[(1e-4, "p_ref 1e-4"), (0.2, "0.2"), (0.8, "0.8")])
        {
            string[] lowest = [.. ((double[])[0.01, 0.2, 1, 5]).Select(beta => rows
                .Where(row => summary.Double("p_ref", row) == pRef && summary.Double("beta", row) == beta)
                .Min(row => summary.Double("p_theory", row))
                .ToString("F4", CultureInfo.InvariantCulture))];
            Assert.Contains($"| {said} | {string.Join(" | ", lowest)} |", section, StringComparison.Ordinal);
        }

        DatasetTable cells = results.Read("cells.parquet");
        Assert.All(Enumerable.Range(0, cells.Rows), row =>
        {
            bool three = (cells.Double("beta", row) == 5) || (cells.Double("beta", row) == 1 && cells.Double("p_ref", row) < 0.5);
            Assert.Equal(three ? 3 : 1, cells.Int32("fixed_points_theory", row));
            Assert.Equal(1, cells.Int32("fixed_points_finite", row));
        });
    }

    [Fact]
    public void Figure_4_has_the_bound_over_all_of_the_unit_interval()
    {
        DatasetTable cells = RunClosedForms("paper-figure-4").Read("cells.parquet");
        Assert.Equal(201, cells.Rows);
        Assert.All(Enumerable.Range(0, cells.Rows), row =>
        {
            // 1-p from the logit: p alone has lost its digits next to 1.
            double logit = cells.Double("logit_limit_theory", row);
            double p = 1 / (1 + Math.Exp(-logit));
            double oneMinusP = 1 / (1 + Math.Exp(logit));
            double v = p * oneMinusP;
            double expected = v * Math.Abs(p - oneMinusP) / (2 * Math.Pow(v + Epsilon, 1.5));
            Assert.Equal(expected, cells.Double("beta_bound", row), 1e-9);
            Assert.True(expected < cells.Double("beta", row), "the sweep has to be stable");
        });
        (double P, double Bound)[] points = [.. Enumerable.Range(0, cells.Rows).Select(row => (cells.Double("limit_theory", row), cells.Double("beta_bound", row)))];
        Assert.InRange(points[0].P, 0, 2e-6);
        Assert.InRange(points[^1].P, 1 - 1e-8, 1);
        string section = SectionOf("paper-figure-4");
        MatchCollection said = Regex.Matches(section, @"^\| ([\d.e-]+) \| ([\d.]+) \|$", RegexOptions.Multiline);
        Assert.Equal(6, said.Count);
        Assert.All(said, row =>
        {
            (double p, double bound) = (Number(row.Groups[1].Value), Number(row.Groups[2].Value));
            (double nearest, double found) = points.MinBy(point => Math.Abs(point.P - p));
            Assert.Equal(nearest, p, 0.005 * p);
            Assert.Equal(found, bound, 5e-4 * bound);
        });
        Assert.Contains($"{1 / (3 * Math.Sqrt(3 * Epsilon)):F2}", section, StringComparison.Ordinal); // B at v = 2 epsilon
        Assert.Contains("never exceeds 0.64", section, StringComparison.Ordinal);
        Assert.InRange(Enumerable.Range(0, cells.Rows).Max(row => cells.Double("beta_bound_finite", row)), 0.63, 0.64);
    }

    [Fact]
    public void Figure_5_has_the_limits_that_the_paper_prints()
    {
        string section = SectionOf("paper-figure-5");
        Results results = RunClosedForms("paper-figure-5");
        DatasetTable summary = results.Read("summary.parquet");
        int[] rows = [.. RowsAt(summary, 50)];
        Assert.Equal(24, rows.Length);
        Assert.All(rows, row =>
        {
            string printed = (summary.Double("beta", row), summary.Double("p_ref", row)) switch
            {
                (1, 0.2) => "0.6813",
                (5, 1e-4) => "0.0442",
                (5, 0.2) => "0.2807",
                (5, 0.5) => "0.6007",
                (5, 0.8) => "0.8813",
                _ => "1.0000",
            };
            Assert.Equal(0.1, summary.Double("p_start", row), 1e-15);
            Assert.Equal(printed, Invariant($"{summary.Double("p_theory", row):F4}"));
            Assert.Contains(printed, section, StringComparison.Ordinal);
        });

        // Where the orbit is erratic there is no limit; everywhere else it is where iteration 50 is.
        DatasetTable cells = results.Read("cells.parquet");
        Assert.All(Enumerable.Range(0, cells.Rows), cell =>
        {
            bool erratic = cells.Double("beta", cell) == 5 && cells.Double("p_ref", cell) == 1e-4;
            Assert.Equal(erratic, cells.IsNull("limit_theory", cell));
            Assert.Equal(erratic, cells.IsNull("period_theory", cell));
            if (!erratic)
            {
                Assert.Equal(cells.Double("limit_theory", cell), summary.Double("p_theory", rows[cell]), 5e-5);
            }
        });
        Assert.All(rows.Where(row => summary.Double("beta", row) == 5 || (summary.Double("beta", row) == 1 && summary.Double("p_ref", row) == 0.2)), row =>
            Assert.Contains(Invariant($"{summary.Double("p_finite", row):F4}"), section, StringComparison.Ordinal));
    }

    [Fact]
    public void The_table_of_group_sizes_is_what_plan_prints()
    {
        string[] readme = [.. ReadMe.SkipWhile(line => line != "## Which group size?").TakeWhile(line => !line.StartsWith("###", StringComparison.Ordinal))];
        string[][] Rows(string beta) => [.. _workspace.Run("plan", "--beta", beta, "--tolerance", "0.01", "--table", "--csv").Expect(0).Output
            .TrimEnd('\n')
            .Split('\n')
            .Skip(1)
            .Select(line => line.Split(','))];
        (string[] Two, string[] Five)[] rows = [.. Rows("2").Zip(Rows("5"))];
        Assert.Equal(12, rows.Length);
        Assert.All(rows, row => Assert.Contains(
            Invariant($"| {row.Two[0]} | {Number(row.Two[1]):F4} | {row.Two[2]} | {row.Two[3]} | {Number(row.Five[1]):F4} | {row.Five[2]} | {row.Five[3]} |"),
            readme));
    }

    [Fact]
    public void Gradient_ascent_without_degenerate_groups_ends_where_its_mean_field_does()
    {
        JsonNode experiment = Read("degenerate-groups");
        experiment["replicates"] = 20;
        DatasetTable summary = _workspace.RunExperiment(experiment.ToJsonString(), "degenerate").Read("summary.parquet");
        int[] rows = [.. RowsAt(summary, (int)experiment["iterations"]!).Where(row => summary.Text("update", row) == "gradient")];
        Assert.Equal(16, rows.Length);

        // The allowance is for the shift of the mean by noise, O(1/M); keeping the KL where it is dropped would shift it by 0.005 and more at G 4.
        Assert.All(rows, row => Assert.Equal(summary.Double("p_finite", row), summary.Double("p_mean", row), (5 * summary.Double("p_se", row)) + 2e-4));
    }

    private static JsonNode Read(string name) => JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, $"{name}.json")))!;

    private static bool ClosedFormsOnly(string name) => (int)Read(name)["replicates"]! == 0;

    private Results RunClosedForms(string name)
    {
        Assert.True(ClosedFormsOnly(name));
        return _workspace.RunExperiment(Read(name).ToJsonString(), name);
    }

    private static IEnumerable<int> RowsAt(DatasetTable summary, int iteration) =>
        Enumerable.Range(0, summary.Rows).Where(row => summary.Int32("iteration", row) == iteration);

    private static string SectionOf(string name) => string.Join('\n', ReadMe
        .SkipWhile(line => line != $"### {name}")
        .Skip(1)
        .TakeWhile(line => !line.StartsWith('#')));

    // The paper's h, written as it is there.
    private static double Map(double pRef, double beta, double p) =>
        1 / (1 + ((1 - pRef) / pRef * Math.Exp(-1 / (beta * Math.Sqrt((p * (1 - p)) + Epsilon)))));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
