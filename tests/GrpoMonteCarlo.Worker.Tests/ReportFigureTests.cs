using GrpoMonteCarlo.Worker.Plotting;
using GrpoMonteCarlo.Worker.Reports;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>Which figures a run has, and that what they draw is what its datasets say.</summary>
public sealed class ReportFigureTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Rollouts_are_added_up_over_iterations_for_each_setting()
    {
        (DatasetTable summary, DatasetTable cells, Dictionary<string, Figure> figures) = Run("""
            "iterations": 6, "replicates": 50,
            "grid": { "pRef": [0.1, 0.4], "beta": 1, "groupSize": [2, 4], "groups": 8, "estimator": ["importance", "dynamic-sampling"] }
            """);
        Figure figure = figures["rollouts"];
        Assert.Equal(2, figure.Panels.Count); // p_ref
        Line[] lines = [.. figure.Panels.SelectMany(panel => panel.Marks.OfType<Line>())];
        Assert.Equal(8, lines.Length);
        var drawn = new HashSet<int>();
        foreach (Line line in lines)
        {
            int cell = Enumerable.Range(0, 8).Single(cell => line.Y.SequenceEqual(At(summary, "p_mean", cell, 6).TakeLast(line.Y.Count)));
            Assert.True(drawn.Add(cell));
            double spent = 0;
            double[] expected = [.. At(summary, "rollouts", cell, 6).Select(rollouts => spent += rollouts / 50)];
            Assert.Equal(expected.TakeLast(line.X.Count), line.X, (a, b) => Math.Abs(a - b) < 1e-9);
            Assert.Contains($"*G* = {cells.Int32("group_size", cell)}, estimator {cells.Text("estimator", cell)}", line.Name, StringComparison.Ordinal);
            int atLeast = 6 * 8 * cells.Int32("group_size", cell);
            Assert.Equal(cells.Text("estimator", cell) == "dynamic-sampling", line.X[^1] > atLeast + 0.5);
        }

        foreach (Band band in figure.Panels.SelectMany(panel => panel.Marks.OfType<Band>()))
        {
            Assert.Contains(drawn, cell => band.Low.SequenceEqual(At(summary, "p_q05", cell, 6).TakeLast(band.Low.Count))
                && band.High.SequenceEqual(At(summary, "p_q95", cell, 6).TakeLast(band.High.Count)));
        }
    }

    [Fact]
    public void Closed_forms_cost_n_G_M_and_populations_the_share_of_their_prompts()
    {
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run("""
            "iterations": 3, "replicates": 0, "grid": { "pRef": 0.1, "beta": 1, "groupSize": [2, 4], "groups": 8 }
            """);
        Line[] lines = [.. figures["rollouts"].Panels.Single().Marks.Cast<Line>()];
        Assert.Equal([0, 16, 32, 48], lines[0].X);
        Assert.Equal([0, 32, 64, 96], lines[1].X);
        Assert.Equal(At(summary, "p_finite", 1, 3), lines[1].Y);

        (_, _, figures) = Run("""
            "iterations": 3, "replicates": 5,
            "grid": { "prompts": { "pRef": [0.1, 0.2, 0.3, 0.4] }, "promptsPerUpdate": 1, "beta": 1, "groupSize": [2, 4], "groups": 8 }
            """);
        Assert.Equal([0, 4, 8, 12], figures["rollouts"].Panels.Single().Marks.OfType<Line>().First().X);
    }

    [Theory]
    [InlineData("\"pRef\": [0.1, 0.2], \"beta\": 1, \"groupSize\": 4, \"groups\": 8")]
    [InlineData("\"pRef\": 0.1, \"beta\": 1, \"groupSize\": 4, \"groups\": 8, \"estimator\": [\"importance\", \"drop-degenerate\"]")]
    public void Updates_of_one_cost_have_no_rollouts_figure(string grid) =>
        Assert.DoesNotContain("rollouts", Run($"\"iterations\": 2, \"replicates\": 2, \"grid\": {{ {grid} }}").Figures.Keys);

    [Fact]
    public void A_bifurcation_has_the_last_iterates_of_every_beta()
    {
        const string Grid = """
            "iterations": 40, "replicates": 3,
            "grid": { "pRef": [0.01, 0.2], "start": 0.1, "beta": { "from": 1, "to": 16, "count": 16 }, "epsilon": 1e-5, "groupSize": 8, "groups": 8 }
            """;
        (DatasetTable summary, DatasetTable cells, Dictionary<string, Figure> figures) = Run(Grid);
        Assert.Equal(2, figures["bifurcation"].Panels.Count);
        for (int panel = 0; panel < 2; panel++)
        {
            PointSet[] sets = [.. figures["bifurcation"].Panels[panel].Marks.Cast<PointSet>()];
            foreach ((string column, PointSet set) in new[] { "p_mean", "p_finite", "p_theory" }.Zip(sets))
            {
                (double, double)[] expected = [.. Enumerable.Range(16 * panel, 16).SelectMany(cell =>
                    At(summary, column, cell, 40).TakeLast(20).Select(p => (cells.Double("beta", cell), p)))];
                Assert.Equal(expected, set.Points);
            }
        }

        Assert.DoesNotContain("bifurcation", Run(Grid.Replace("\"count\": 16", "\"count\": 15", StringComparison.Ordinal)).Figures.Keys);
        Assert.DoesNotContain("bifurcation", Run(Grid.Replace("\"iterations\": 40", "\"iterations\": 31", StringComparison.Ordinal)).Figures.Keys);
        (_, _, figures) = Run(Grid.Replace("\"replicates\": 3", "\"replicates\": 0", StringComparison.Ordinal));
        Assert.Equal(["groups of *G*", "paper, *G* = ∞"], figures["bifurcation"].Panels[0].Marks.Select(mark => mark.Name));
    }

    [Fact]
    public void A_bifurcation_of_many_betas_has_them_all_and_fewer_iterates()
    {
        (_, DatasetTable cells, Dictionary<string, Figure> figures) = Run("""
            "iterations": 130, "replicates": 0,
            "grid": { "pRef": 0.2, "beta": { "from": 1, "to": 8, "count": 61, "scale": "log" }, "groupSize": [2, 4, 8, 16], "groups": 8 }
            """);
        double[] betas = [.. Enumerable.Range(0, cells.Rows).Select(row => cells.Double("beta", row)).Distinct().Order()];
        Assert.Equal(61, betas.Length);
        Assert.Equal(4, figures["bifurcation"].Panels.Count);
        Assert.All(figures["bifurcation"].Panels.SelectMany(panel => panel.Marks.Cast<PointSet>()), set =>
        {
            Assert.Equal(betas, set.X.Distinct().Order());
            Assert.Equal(54, set.X.Count(beta => beta == betas[^1])); // 61 by 54 iterates, three curves and four panels are 40,000 points at most
        });
        Assert.Contains("The last 54 of 130 iterates", figures["bifurcation"].Description, StringComparison.Ordinal);
    }

    [Fact]
    public void The_distance_from_the_paper_has_every_line_in_panels_if_one_cannot_hold_them()
    {
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run("""
            "iterations": 2, "replicates": 20, "grid": { "pRef": [0.1, 0.3, 0.5], "beta": [1, 2, 5], "groupSize": [2, 4], "groups": 8 }
            """);
        Assert.Equal(
            ["*p*_{ref}\u00A0=\u00A00.1", "*p*_{ref}\u00A0=\u00A00.3", "*p*_{ref}\u00A0=\u00A00.5"],
            figures["deviation"].Panels.Select(panel => panel.Title));
        for (int panel = 0; panel < 3; panel++)
        {
            PointSet[] sets = [.. figures["deviation"].Panels[panel].Marks.OfType<PointSet>()];
            Assert.Equal(["*β* = 1", "*β* = 2", "*β* = 5"], sets.Select(set => set.Name));
            Assert.Equal([1, 2, 3], sets.Select(set => set.Series));
            for (int line = 0; line < 3; line++)
            {
                int first = (6 * panel) + (2 * line); // the group size varies fastest
                Assert.Equal([2.0, 4.0], sets[line].X);
                Assert.Equal([.. new[] { first, first + 1 }.Select(cell => Math.Abs(At(summary, "deviation_theory", cell, 2)[^1]))], sets[line].Y);
            }
        }

        Assert.DoesNotContain("chosen evenly", figures["deviation"].Description, StringComparison.Ordinal);

        // Few enough for one panel; too many, and no parameter to part them by.
        const string Betas = """ "iterations": 1, "replicates": 0, "grid": { "pRef": 0.2, "beta": [1, 2, 3, 4, 5, 6, 7], "groupSize": [2, 4], "groups": 8 } """;
        Assert.Equal(7, Run(Betas).Figures["deviation"].Panels.Single().Marks.OfType<Line>().Count(line => line.Series > 0));
        Figure many = Run(Betas.Replace("7]", "7, 8, 9]", StringComparison.Ordinal)).Figures["deviation"];
        Assert.Equal(7, many.Panels.Single().Marks.OfType<Line>().Count(line => line.Series > 0));
        Assert.Contains("Drawn are 7 of 9", many.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Colours_lie_on_both_sides_of_0_only_where_values_do()
    {
        const string Grid = """
            "iterations": 3, "replicates": 0, "grid": { "pRef": PREF, "start": 0.3, "beta": [3, 4, 5], "groupSize": [2, 4, 8], "groups": 8 }
            """;
        HeatMap[] Maps(string pRef, string name) =>
            [.. Run(Grid.Replace("PREF", pRef, StringComparison.Ordinal)).Figures[name].Panels.SelectMany(panel => panel.Marks.Cast<HeatMap>())];
        double[] Values(IEnumerable<HeatMap> maps) => [.. maps.SelectMany(map => map.Values).Where(value => value is not null).Select(value => value!.Value)];

        HeatMap[] below = Maps("0.1", "deviation-map");
        Assert.All(Values(below), value => Assert.True(value < 0));
        Assert.All(below, map => Assert.Equal((ColourMap.Sequential, Values(below).Min(), 0), (map.Colours, map.ValueAxis.From!.Value, map.ValueAxis.To!.Value)));

        HeatMap[] above = Maps("[0.1, 0.2, 0.3]", "amplification");
        Assert.All(Values(above), value => Assert.True(value > 0));
        Assert.All(above, map => Assert.Equal((ColourMap.Sequential, 0, Values(above).Max()), (map.Colours, map.ValueAxis.From!.Value, map.ValueAxis.To!.Value)));

        // From a cycle of two the recurrences are on either side of each other.
        HeatMap[] both = [.. Run("""
            "iterations": 5, "replicates": 0,
            "grid": { "pRef": 0.01, "start": 0.1, "beta": [1, 2, 5], "epsilon": 1e-5, "groupSize": [16, 64, 256], "groups": 8 }
            """).Figures["deviation-map"].Panels.SelectMany(panel => panel.Marks.Cast<HeatMap>())];
        Assert.Contains(Values(both), value => value < 0);
        Assert.Contains(Values(both), value => value > 0);
        double largest = Values(both).Max(Math.Abs);
        Assert.All(both, map => Assert.Equal((ColourMap.Diverging, -largest, largest), (map.Colours, map.ValueAxis.From!.Value, map.ValueAxis.To!.Value)));
    }

    [Fact]
    public void Orbits_that_turn_at_every_iteration_are_points()
    {
        const string Grid = """
            "iterations": 30, "replicates": 5, "grid": { "pRef": 0.001, "start": 0.1, "beta": 5, "epsilon": 1e-5, "groupSize": [16, 4096], "groups": 64 }
            """;
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run(Grid);
        Assert.Equal(2, figures["iterates"].Panels.Count);
        for (int cell = 0; cell < 2; cell++)
        {
            IReadOnlyList<Mark> marks = figures["iterates"].Panels[cell].Marks;
            Assert.IsType<Band>(marks[0]);
            PointSet[] sets = [.. marks.Skip(1).Cast<PointSet>()];
            Assert.Equal(["mean", "groups of *G*", "paper, *G* = ∞"], sets.Select(set => set.Name));
            Assert.Equal(sets.Select(set => set.DotSize).OrderDescending(), sets.Select(set => set.DotSize)); // the widest below
            foreach ((string column, PointSet set) in new[] { "p_mean", "p_finite", "p_theory" }.Zip(sets))
            {
                Assert.Equal(At(summary, column, cell, 30), set.Y);
            }
        }

        // The paper's orbit rises to a limit.
        Assert.DoesNotContain(
            Run(Grid.Replace("0.001", "0.2", StringComparison.Ordinal)).Figures["iterates"].Panels.SelectMany(panel => panel.Marks), mark => mark is PointSet);
    }

    [Fact]
    public void Shares_that_have_reached_a_threshold_stand_on_a_log_axis()
    {
        (_, _, Dictionary<string, Figure> figures) = Run("""
            "iterations": 44, "replicates": 300, "record": { "trajectories": true, "passages": [0.35, 0.9] },
            "grid": { "pRef": 0.2, "beta": 2, "groupSize": 4, "groups": [2, 16] }
            """);
        DatasetTable passages = new(_workspace.PathOf("run", "passages.parquet"));
        Figure figure = figures["passages"];
        Assert.Equal(2, figure.Panels.Count);
        for (int cell = 0; cell < 2; cell++)
        {
            Panel panel = figure.Panels[cell];
            Assert.Equal((Scale.Log, 1e-3, 1), (panel.Y.Scale, panel.Y.From!.Value, panel.Y.To!.Value)); // 1 of 300
            foreach (double threshold in (double[])[0.35, 0.9])
            {
                string name = $"*τ* = {threshold.ToString(System.Globalization.CultureInfo.InvariantCulture)}";
                double Share(string column, double n) => passages.Double(column, Enumerable.Range(0, passages.Rows).Single(row =>
                    passages.Int32("cell", row) == cell && passages.Double("threshold", row) == threshold && passages.Int32("iteration", row) == n));
                void Check(Mark? mark, string column, int stride)
                {
                    double[] drawn = [.. Enumerable.Range(0, 45).Where(n => n % stride == 44 % stride && Share(column, n) > 0).Select(n => (double)n)];
                    Assert.Equal(drawn.Select(n => (n, Share(column, n))), mark?.Points ?? []);
                }

                Check(panel.Marks.OfType<Line>().SingleOrDefault(line => line.Name == $"{name}, law"), "reached_law", 1);
                Check(panel.Marks.OfType<PointSet>().SingleOrDefault(set => set.Name == $"{name}, simulated"), "reached", 3); // 45 iterations, 21 markers at most
            }
        }

        Assert.Equal(0, figure.Omitted);
    }

    [Fact]
    public void Weights_are_those_of_the_paper_whatever_p_ref_and_beta()
    {
        const string Grid = """
            "iterations": 1, "replicates": 0,
            "grid": { "pRef": [0.2, 0.5], "start": { "from": 0.05, "to": 0.95, "count": 16 }, "beta": [1, 5], "epsilon": 0, "groupSize": [4, 16], "groups": 1 }
            """;
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run(Grid);
        Assert.Equal(2, figures["weights"].Panels.Count); // G
        foreach (Panel panel in figures["weights"].Panels)
        {
            Line[] lines = [.. panel.Marks.Cast<Line>()];
            Assert.Equal(["success, paper, *G* = ∞", "failure, paper, *G* = ∞", "success, groups of *G*", "failure, groups of *G*"], lines.Select(line => line.Name));
            Assert.Equal(4, lines.Select(line => line.Dash).Distinct().Count());
            Assert.All(lines, line => Assert.Equal(16, line.X.Count));
            Assert.All(lines[0].Points, point => Assert.Equal(Math.Sqrt((1 - point.X) / point.X), point.Y, 1e-12));
            Assert.All(lines[1].Points, point => Assert.Equal(Math.Sqrt(point.X / (1 - point.X)), point.Y, 1e-12));
        }

        // Omega_G from the rows with p_ref 1/2 and beta 1, where it is the logit itself.
        int[] rows = [.. Enumerable.Range(0, summary.Rows).Where(row => summary.Int32("iteration", row) == 1 && summary.Int32("group_size", row) == 16
            && summary.Double("p_ref", row) == 0.5 && summary.Double("beta", row) == 1)];
        Assert.Equal(16, rows.Length);
        Line success = (Line)figures["weights"].Panels[1].Marks[2];
        for (int i = 0; i < 16; i++)
        {
            double p = summary.Double("p_start", rows[i]);
            Assert.Equal(p, success.X[i]);
            Assert.Equal((1 - p) * summary.Double("logit_finite", rows[i]), success.Y[i], 1e-11);
        }

        // A panel for each point would say nothing.
        Assert.All(new[] { "iterates", "fixed-point", "amplification" }, name => Assert.DoesNotContain(name, figures.Keys));
    }

    [Fact]
    public void The_map_is_p_after_one_update_a_panel_for_each_p_ref_and_beta()
    {
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run("""
            "iterations": 1, "replicates": 20,
            "grid": { "pRef": [0.2, 0.5], "start": { "from": 0.05, "to": 0.95, "count": 16 }, "beta": [1, 5], "groupSize": 4, "groups": 64 }
            """);
        Assert.Equal(4, figures["map"].Panels.Count);
        int seen = 0;
        foreach (Panel panel in figures["map"].Panels)
        {
            Assert.IsType<ReferenceLine>(panel.Marks[0]);
            (IReadOnlyList<double> finite, IReadOnlyList<double> paper) = (((Line)panel.Marks[1]).Y, ((Line)panel.Marks[2]).Y);
            var simulated = (PointSet)panel.Marks[3];
            for (int i = 0; i < 16; i++)
            {
                int row = Enumerable.Range(0, summary.Rows).Single(row => summary.Int32("iteration", row) == 1
                    && panel.Title == $"*p*_{{ref}}\u00A0=\u00A0{summary.Double("p_ref", row)}, *β*\u00A0=\u00A0{summary.Double("beta", row)}"
                    && summary.Double("p_start", row) == simulated.X[i]);
                Assert.Equal(
                    (summary.Double("p_finite", row), summary.Double("p_theory", row), summary.Double("p_mean", row)),
                    (finite[i], paper[i], simulated.Y[i]));
                seen++;
            }
        }

        Assert.Equal(64, seen);
    }

    [Fact]
    public void A_map_from_starts_near_0_has_logit_axes_and_ends_at_their_edge()
    {
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run("""
            "iterations": 1, "replicates": 0,
            "grid": {
              "pRef": 1e-4, "start": { "from": 1e-5, "to": 0.99999, "count": 17, "scale": "logit" }, "beta": [0.2, 5], "epsilon": 1e-5,
              "groupSize": 16, "groups": 1
            }
            """);
        Assert.Equal(2, figures["map"].Panels.Count);
        double[] starts = [.. Enumerable.Range(0, summary.Rows).Select(row => summary.Double("p_start", row)).Distinct().Order()];
        Assert.Contains(Enumerable.Range(0, summary.Rows), row => summary.Double("p_theory", row) > starts[^1]);
        for (int panel = 0; panel < 2; panel++)
        {
            (Axis x, Axis y) = (figures["map"].Panels[panel].X, figures["map"].Panels[panel].Y);
            Assert.All(new[] { x, y }, axis => Assert.Equal((Scale.Logit, starts[0], starts[^1]), (axis.Scale, axis.From!.Value, axis.To!.Value)));
            var paper = (Line)figures["map"].Panels[panel].Marks[2];
            int[] rows = [.. Enumerable.Range(0, summary.Rows)
                .Where(row => summary.Int32("iteration", row) == 1 && summary.Double("beta", row) == (panel == 0 ? 0.2 : 5))
                .OrderBy(row => summary.Double("p_start", row))];
            Assert.Equal(starts, paper.X);
            Assert.Equal(rows.Select(row => Math.Clamp(summary.Double("p_theory", row), starts[0], starts[^1])), paper.Y);
        }

        Assert.Equal(0, figures["map"].Omitted);
    }

    [Theory]
    [InlineData("1", "16", "\"previous\"", false, false)]
    [InlineData("1", "15", "\"reference\"", false, false)]
    [InlineData("2", "16", "\"reference\"", false, false)]
    [InlineData("1", "16", "\"reference\", \"verifier\": { \"falsePositive\": 0.1 }", false, true)]
    [InlineData("1", "16", "\"reference\", \"update\": { \"kind\": \"gradient\" }", false, true)]
    [InlineData("1", "16", "\"reference\"", true, true)]
    public void Weights_and_map_are_there_only_where_they_can_be_read_off(string iterations, string starts, string anchor, bool weights, bool map)
    {
        Dictionary<string, Figure> figures = Run($$"""
            "iterations": {{iterations}}, "replicates": 0,
            "grid": { "pRef": 0.2, "start": { "from": 0.05, "to": 0.95, "count": {{starts}} }, "beta": 1, "groupSize": 4, "groups": 1, "anchor": {{anchor}} }
            """).Figures;
        Assert.Equal(weights, figures.ContainsKey("weights"));
        Assert.Equal(map, figures.ContainsKey("map"));
        Assert.Equal(!map, figures.ContainsKey("iterates"));
    }

    [Fact]
    public void Stability_bounds_stand_over_their_fixed_points()
    {
        const string Grid = """
            "iterations": 1, "replicates": 0,
            "grid": { "pRef": { "from": 0.01, "to": 0.97, "count": 16 }, "beta": 100, "epsilon": 1e-5, "groupSize": 4, "groups": 1 }
            """;
        (_, DatasetTable cells, Dictionary<string, Figure> figures) = Run(Grid);
        Mark[] marks = [.. figures["stability"].Panels.Single().Marks];
        Assert.Equal(100, Assert.IsType<ReferenceLine>(marks[0]).Y);
        foreach ((string limit, string bound, Mark mark) in new[] { ("limit_finite", "beta_bound_finite", marks[1]), ("limit_theory", "beta_bound", marks[2]) })
        {
            Assert.Equal(Enumerable.Range(0, 16).Select(cell => (cells.Double(limit, cell), cells.Double(bound, cell))).Order(), mark.Points);
        }

        Assert.DoesNotContain("iterates", figures.Keys);
        Assert.DoesNotContain("map", figures.Keys); // each start is on a map of its own
        Dictionary<string, Figure> fewer = Run(Grid.Replace("\"count\": 16", "\"count\": 15", StringComparison.Ordinal)).Figures;
        Assert.DoesNotContain("stability", fewer.Keys);
        Assert.Contains("iterates", fewer.Keys);
    }

    [Fact]
    public void Pass_at_k_is_drawn_at_the_start_the_middle_and_the_end()
    {
        const string Grid = """
            "iterations": 5, "replicates": 8, "grid": { "prompts": { "count": 6, "beta": [0.5, 1.5] }, "beta": [1, 2], "groupSize": 4, "groups": 2 }
            """;
        (_, _, Dictionary<string, Figure> figures) = Run(Grid);
        DatasetTable passAt = new(_workspace.PathOf("run", "pass_at_k.parquet"));
        for (int cell = 0; cell < 2; cell++)
        {
            IReadOnlyList<Mark> marks = figures["pass-at-k"].Panels[cell].Marks;
            foreach (int iteration in new[] { 0, 2, 5 })
            {
                int[] rows = [.. Enumerable.Range(0, passAt.Rows)
                    .Where(row => passAt.Int32("cell", row) == cell && passAt.Int32("iteration", row) == iteration)];
                IEnumerable<(double, double)> Expected(string column) => rows.Select(row => ((double)passAt.Int32("k", row), passAt.Double(column, row)));
                Assert.Equal(11, rows.Length);
                Assert.Equal(Expected("pass_at_k"), marks.OfType<Line>().Single(line => line.Name == $"*n* = {iteration}").Points);
                PointSet points = marks.OfType<PointSet>().Single(set => set.Name == $"*n* = {iteration}");
                Assert.Equal(rows.Select(row => passAt.Double("pass_at_k", row) + (1.96 * passAt.Double("pass_at_k_se", row))), points.High!, (a, b) => Math.Abs(a - b) < 1e-15);
                if (iteration > 0)
                {
                    Assert.Equal(Expected("pass_at_k_theory"), marks.OfType<Line>().Single(line => line.Name == $"*n* = {iteration}, paper").Points);
                    Assert.Equal(Expected("pass_at_k_finite"), marks.OfType<Line>().Single(line => line.Name == $"*n* = {iteration}, groups of *G*").Points);
                }
            }
        }

        string path = _workspace.PathOf("run", "pass_at_k.parquet");
        byte[] bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^9]);
        Refusal.Check(_workspace.Run("report", "run"), "pass_at_k.parquet");
        File.Delete(path);
        Refusal.Check(_workspace.Run("report", "run"), "pass_at_k.parquet");

        (_, _, figures) = Run(Grid.Replace("\"replicates\": 8", "\"replicates\": 0", StringComparison.Ordinal));
        Assert.DoesNotContain(figures["pass-at-k"].Panels[0].Marks, mark => mark is PointSet);
        Assert.Equal(6, figures["pass-at-k"].Panels[0].Marks.Count);
        (_, _, figures) = Run("""
            "iterations": 2, "replicates": 2, "grid": { "pRef": 0.1, "beta": 1, "groupSize": 4, "groups": 2 }
            """);
        Assert.DoesNotContain("pass-at-k", figures.Keys);
    }

    [Fact]
    public void Methods_stand_side_by_side_and_numbers_apart()
    {
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run("""
            "iterations": 4, "replicates": 30,
            "grid": { "pRef": [0.1, 0.4], "beta": 1, "groupSize": 4, "groups": 8, "estimator": ["importance", "self-normalized", "drop-degenerate"] }
            """);
        for (int panel = 0; panel < 2; panel++)
        {
            Line[] lines = [.. figures["comparison"].Panels[panel].Marks.OfType<Line>()];
            Assert.Equal(["estimator importance", "estimator self-normalized", "estimator drop-degenerate"], lines.Select(line => line.Name));
            PointSet[] ends = [.. figures["ends"].Panels[panel].Marks.OfType<PointSet>()];
            Assert.Equal([1, 2, 3], ends.Select(end => end.X.Single()));
            for (int i = 0; i < 3; i++)
            {
                double[] mean = At(summary, "p_mean", (3 * panel) + i, 4);
                Assert.Equal(mean, lines[i].Y);
                Assert.Equal(mean[^1], ends[i].Y.Single());
                double error = At(summary, "p_se", (3 * panel) + i, 4)[^1];
                Assert.Equal(mean[^1] - (1.96 * error), ends[i].Low!.Single(), 1e-15);
                Assert.Equal(lines[i].Name, ends[i].Name);
            }
        }

        (_, _, figures) = Run("""
            "iterations": 4, "replicates": 3, "grid": { "pRef": [0.1, 0.4], "beta": [1, 2], "groupSize": 4, "groups": 8 }
            """);
        Assert.DoesNotContain("comparison", figures.Keys);
        Assert.DoesNotContain("ends", figures.Keys);
    }

    [Fact]
    public void Spread_and_shift_are_drawn_in_units_of_what_is_predicted()
    {
        const string Grid = """
            "iterations": 3, "replicates": 3000, "sampler": "counts",
            "grid": { "pRef": 0.1, "beta": 2, "groupSize": 6, "groups": [8, 16, 32, 64], "advantage": ["maxrl", "grpo"] }
            """;
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run(Grid);
        Assert.Equal(2, figures["spread"].Panels.Count);
        for (int line = 0; line < 2; line++)
        {
            int[] cells = [.. Enumerable.Range(0, 8).Where(cell => cell % 2 == line)];
            double Noise(int cell) => At(summary, "logit_sd_theory", cell, 3).Max();
            double Last(string column, int cell) => At(summary, column, cell, 3)[^1];
            double Shift(int cell) => Last("p_mean_second_order", cell) - Last("p_finite", cell);
            PointSet[] sets = [.. figures["spread"].Panels.Select(panel => panel.Marks.OfType<PointSet>().ElementAt(line))];
            Assert.Equal(cells.Select(cell => (Noise(cell), Last("p_sd", cell) / Last("p_sd_theory", cell))), sets[0].Points);
            int[] told = [.. cells.Where(cell => 1.96 * Last("p_se", cell) < Math.Abs(Shift(cell)))];
            Assert.NotEmpty(told);
            Assert.Equal(told.Select(cell => (Noise(cell), Last("deviation_finite", cell) / Shift(cell))), sets[1].Points);
        }

        Assert.DoesNotContain("spread", Run(Grid.Replace("8, 16, 32, 64", "8, 16, 32", StringComparison.Ordinal)).Figures.Keys);
        Assert.DoesNotContain("spread", Run(Grid.Replace("3000", "0", StringComparison.Ordinal)).Figures.Keys);
    }

    [Fact]
    public void The_bias_times_G_stands_beside_what_it_tends_to()
    {
        const string Grid = """
            "iterations": 2, "replicates": 3,
            "grid": { "pRef": 0.3, "beta": 4, "epsilon": 1e-9, "groupSize": [4, 64, 256, 1024, 4096], "groups": 8, "anchor": ["reference", { "mixed": 0.5 }] }
            """;
        (DatasetTable summary, DatasetTable cells, Dictionary<string, Figure> figures) = Run(Grid);
        Mark[] marks = [.. figures["bias"].Panels.Single().Marks];
        Assert.Equal(6, marks.Length);
        foreach ((string anchor, Mark[] drawn) in new[] { ("reference", marks[..3]), ("mixed", marks[3..]) })
        {
            int[] rows = [.. Enumerable.Range(0, cells.Rows).Where(row => cells.Text("anchor", row) == anchor)];
            double Size(int row) => cells.Int32("group_size", row);
            Assert.Equal(rows.Select(row => (Size(row), Size(row) * (cells.Double("limit_finite", row) - cells.Double("limit_theory", row)))), drawn[0].Points);
            double p = cells.Double("limit_theory", rows[0]);
            double limit = -1 / (8 * 4 * Math.Sqrt(p * (1 - p)) * (1 - cells.Double("derivative_theory", rows[0]))); // epsilon 0
            Assert.All(drawn[1].Points, point => Assert.Equal(limit, point.Y, 1e-6));
            Assert.Equal(limit, drawn[0].Points.Last().Y, 2e-4);
            Assert.Equal(rows.Select(row => Size(row) * At(summary, "deviation_theory", row, 2)[^1]), ((PointSet)drawn[2]).Y);
        }

        Assert.DoesNotContain("bias", Run(Grid.Replace("4, 64,", "64,", StringComparison.Ordinal)).Figures.Keys);
        Assert.DoesNotContain("bias", Run(Grid.Replace("\"groups\": 8", "\"groups\": 8, \"advantage\": \"maxrl\"", StringComparison.Ordinal)).Figures.Keys);
    }

    [Fact]
    public void Differences_have_a_panel_for_each_baseline_and_parameter()
    {
        const string Experiment = """
            "iterations": 5, "replicates": 40, "coupling": "common",
            "grid": { "pRef": 0.2, "beta": [1, 2, 3], "groupSize": 4, "groups": 8, "advantage": ["grpo", "rloo"] }
            """;
        Dictionary<string, Figure> figures = Run(Experiment).Figures;
        DatasetTable differences = new Results(_workspace.PathOf("run")).Read("differences.parquet");
        double[] Column(int cell, int baseline, string name) => [.. Enumerable.Range(0, differences.Rows)
            .Where(row => differences.Int32("cell", row) == cell && differences.Int32("baseline", row) == baseline)
            .Select(row => differences.Double(name, row))];

        // Cells 0, 2 and 4 are grpo with beta 1, 2 and 3.
        (string Title, (int Cell, int Baseline, string Name)[] Pairs)[] expected =
        [
            ("against grpo; *β*\u00A0=\u00A01", [(1, 0, "rloo")]),
            ("against *β*\u00A0=\u00A01; grpo", [(2, 0, "*β* = 2"), (4, 0, "*β* = 3")]),
            ("against *β*\u00A0=\u00A01; rloo", [(3, 1, "*β* = 2"), (5, 1, "*β* = 3")]),
            ("against grpo; *β*\u00A0=\u00A02", [(3, 2, "rloo")]),
            ("against grpo; *β*\u00A0=\u00A03", [(5, 4, "rloo")]),
        ];
        Figure figure = figures["differences"];
        Assert.Equal(expected.Select(panel => panel.Title), figure.Panels.Select(panel => panel.Title));
        foreach ((Panel panel, (int Cell, int Baseline, string Name)[] pairs) in figure.Panels.Zip(expected, (panel, said) => (panel, said.Pairs)))
        {
            Line[] lines = [.. panel.Marks.OfType<Line>()];
            PointSet[] sets = [.. panel.Marks.OfType<PointSet>()];
            Assert.Equal(pairs.Select(pair => pair.Name), lines.Select(line => line.Name));
            for (int i = 0; i < pairs.Length; i++)
            {
                (int cell, int baseline, string name) = pairs[i];
                Assert.Equal(name, sets[i].Name);
                Assert.Equal(Column(cell, baseline, "p_difference_finite"), lines[i].Y);
                Assert.Equal(Column(cell, baseline, "p_difference"), sets[i].Y);
                Assert.Equal(Column(cell, baseline, "p_difference_se"), sets[i].Y.Zip(sets[i].Low!, (y, low) => (y - low) / 1.96), (a, b) => Math.Abs(a - b) < 1e-15);
            }
        }

        Assert.DoesNotContain("differences", Run(Experiment.Replace("common", "none", StringComparison.Ordinal)).Figures.Keys);
        Assert.DoesNotContain("differences", Run(Experiment.Replace("[1, 2, 3]", "1", StringComparison.Ordinal).Replace("[\"grpo\", \"rloo\"]", "\"grpo\"", StringComparison.Ordinal)).Figures.Keys);
    }

    [Fact]
    public void Up_to_24_cells_all_have_a_panel_and_a_grid_is_one()
    {
        (DatasetTable summary, _, Dictionary<string, Figure> figures) = Run("""
            "iterations": 2, "replicates": 0, "grid": { "pRef": [0.1, 0.2, 0.3, 0.4], "beta": [1, 2, 3, 4, 5, 6], "groupSize": 4, "groups": 8 }
            """);
        Figure grid = figures["iterates"];
        Assert.Equal(6, grid.Columns);
        Assert.Equal(24, grid.Panels.Count);
        for (int cell = 0; cell < 24; cell++)
        {
            Assert.Equal(At(summary, "p_finite", cell, 2), ((Line)grid.Panels[cell].Marks[0]).Y);
        }

        // Three parameters: two of them along a row, the third down a column.
        (_, _, figures) = Run("""
            "iterations": 2, "replicates": 0, "grid": { "pRef": [0.1, 0.2], "beta": [1, 2, 3], "groupSize": [4, 8, 16], "groups": 8 }
            """);
        grid = figures["iterates"];
        Assert.Equal((18, 6), (grid.Panels.Count, grid.Columns));
        Assert.Equal(18, grid.Panels.Select(panel => panel.Title).Distinct().Count());
        for (int i = 0; i < 18; i++)
        {
            string[] title = grid.Panels[i].Title!.Split(", ");
            Assert.Equal(title[..2], grid.Panels[i % 6].Title!.Split(", ")[..2]);
            Assert.Equal(title[2], grid.Panels[i - (i % 6)].Title!.Split(", ")[2]);
        }

        (_, _, figures) = Run("""
            "iterations": 2, "replicates": 0, "grid": { "pRef": [0.1, 0.2, 0.3, 0.4, 0.5], "beta": [1, 2, 3, 4, 5], "groupSize": 4, "groups": 8 }
            """);
        Assert.Equal(12, figures["iterates"].Panels.Count);
    }

    // A column of all iterations of a cell.
    private static double[] At(DatasetTable summary, string column, int cell, int iterations) => [.. Enumerable.Range(0, iterations + 1).Select(n =>
        column is "rollouts" ? summary.Int64(column, (cell * (iterations + 1)) + n) : summary.Double(column, (cell * (iterations + 1)) + n))];

    private (DatasetTable Summary, DatasetTable Cells, Dictionary<string, Figure> Figures) Run(string experiment)
    {
        Results results = _workspace.RunExperiment($$"""{ "name": "test", "seed": 3, {{experiment}} }""", "run", ["--fresh"]);
        var run = RunData.Open(results.Folder);
        var variation = new Variation(run);
        var figures = new ReportFigures(run, variation);
        figures.Read();
        var passAt = PassAtK.Read(results.Folder, run, PassAtKFigure.MostPanels);
        return (results.Read("summary.parquet"), results.Read("cells.parquet"), figures.All(passAt, PassagePaths.Read(results.Folder, run, PassagesFigure.MostPanels), CellPairs.Read(results.Folder, run)).ToDictionary(figure => figure.Name, figure => figure.Figure));
    }
}
