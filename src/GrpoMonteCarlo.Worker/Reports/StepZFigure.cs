using GrpoMonteCarlo.Worker.Plotting;

namespace GrpoMonteCarlo.Worker.Reports;

/// <summary>The distribution of step_z beside N(0, 1).</summary>
internal static class StepZFigure
{
    private const int Fewest = 20;
    private const double Farthest = 8;

    public static ReportFigure? Of(RunData run)
    {
        if (run.StepZ.Count < Fewest)
        {
            return null;
        }

        // Scott's rule, in steps of a tenth.
        double width = Math.Clamp(Math.Round(35 / Math.Cbrt(run.StepZ.Count)) / 10, 0.1, 1);
        int half = (int)Math.Ceiling(Math.Clamp(run.StepZ.Max(value => Math.Abs(value.Z)), 3.5, Farthest) / width);
        double[] edges = [.. Enumerable.Range(-half, (2 * half) + 1).Select(i => i * width)];
        double[] heights = new double[2 * half];
        foreach ((int _, double z) in run.StepZ)
        {
            heights[Math.Clamp((int)Math.Floor(z / width) + half, 0, heights.Length - 1)] += 1 / (width * run.StepZ.Count);
        }

        double[] x = [.. Enumerable.Range(-100, 201).Select(i => edges[^1] * i / 100)];
        double[] density = [.. x.Select(z => Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI))];
        return ReportFigure.Of(
            new Figure("step-z",
            [
                new Panel(new Axis(@"step\_z"), new Axis("density") { From = 0 },
                [
                    new Bars(edges, heights) { Name = "simulated", Series = 4 },
                    new Line(x, density) { Name = "N(0, 1)", Series = 5, Dash = Dash.Dashed },
                ]),
            ]),
            $@"The {Markup.Whole(run.StepZ.Count)} values of step\_z, all cells and iterations, beside the standard normal density that they must "
                + $"follow. What is beyond ±{Markup.Digits(edges[^1], 3)} is counted in the last bars.");
    }
}
