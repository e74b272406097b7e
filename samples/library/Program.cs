using GrpoMonteCarlo.Experiments;

Plan plan = Plan.Of(ExperimentReader.Read("""
    { "name": "mine", "seed": 1, "iterations": 20, "replicates": 1000, "grid": { "pRef": 0.2, "beta": 1, "groupSize": [4, 16], "groups": 64 } }
    """u8.ToArray()));
var simulator = new CellSimulator();
foreach (CellProblem problem in plan.Cells.Select(plan.ProblemOf))
{
    RangeSums sums = simulator.Simulate(problem, first: 0, count: 1000).Sums;
    CellSummary last = CellSummary.Of(problem.Cell, problem.Theory, sums, n: 20);
    Console.WriteLine($"G {problem.Cell.GroupSize}: simulated {last.PMean:F5} +- {last.PSe:F5}, groups of G {last.PFinite:F5}, paper {last.PTheory:F5}");
    Console.WriteLine($"the certificate's step_z {last.StepZ:F2}; groups of G end at {problem.Theory.FiniteLongRun()?.Limit?.P:F5}");
}
