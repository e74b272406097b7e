using GrpoMonteCarlo.Experiments;
using GrpoMonteCarlo.Kernels;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>Runs experiments in this process, with the engine as it is or with a part of it replaced.</summary>
internal static class ExperimentRun
{
    public static Experiment Read(string json) => ExperimentReader.Read(System.Text.Encoding.UTF8.GetBytes(json));

    /// <summary>The summaries of every cell at every iteration.</summary>
    public static IReadOnlyList<(Cell Cell, CellSummary[] Iterations)> Summaries(
        Experiment experiment,
        Func<ICountSampler>? sampler = null,
        Func<Cell, TiedUpdate>? update = null)
    {
        var plan = Plan.Of(experiment);
        var summaries = new (Cell, CellSummary[])[plan.Cells.Count];
        Parallel.For(0, plan.Cells.Count, i =>
        {
            Cell cell = plan.Cells[i];
            CellTheory theory = plan.TheoryOf(cell);
            var problem = new CellProblem(cell, theory, experiment, update?.Invoke(cell));
            CellSimulator simulator = sampler is null ? new(InstructionSets.Best) : new(InstructionSets.Best, _ => sampler());
            RangeSums sums = simulator.Simulate(problem, 0, (int)experiment.Replicates).Sums;
            summaries[i] = (cell, [.. Enumerable.Range(0, experiment.Iterations + 1).Select(n => CellSummary.Of(cell, theory, sums, n))]);
        });
        return summaries;
    }

    public static Certificate CertificateOf(IEnumerable<(Cell Cell, CellSummary[] Iterations)> summaries) =>
        new([.. summaries.SelectMany(cell => cell.Iterations).Select(row => row.StepZ).OfType<double>()]);
}
