using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Tests.Experiments;

/// <summary>The paper's figure 5 (theory.md section 7) out of an experiment: what its 24 panels print.</summary>
public class FigureTests
{
    [Fact]
    public void Figure_5_prints_what_the_paper_prints()
    {
        Experiment experiment = ExperimentRun.Read("""
            {
              "name": "figure-5", "seed": 1, "iterations": 50, "replicates": 0,
              "grid": {
                "pRef": [1e-4, 0.2, 0.5, 0.8], "beta": [0.01, 0.2, 0.4, 0.8, 1, 5], "start": 0.1, "epsilon": 1e-5, "groupSize": 16, "groups": 1
              }
            }
            """);
        var plan = Plan.Of(experiment);
        Assert.Equal(24, plan.Cells.Count);
        foreach (Cell cell in plan.Cells)
        {
            double printed = (cell.Beta, cell.PRef) switch
            {
                (1, 0.2) => 0.6813,
                (5, 0.2) => 0.2807,
                (5, 0.5) => 0.6007,
                (5, 0.8) => 0.8813,
                (5, 1e-4) => 0.0442, // iterate 50 of an erratic orbit
                _ => 1,
            };
            CellTheory theory = plan.TheoryOf(cell);
            var last = CellSummary.Of(cell, theory, null, 50);
            Assert.Equal(printed, Math.Round(last.PTheory!.Value, 4));
            Assert.Null(last.PMean);

            LongRun end = theory.PopulationLongRun()!;
            Assert.Equal(printed == 0.0442 ? null : 1, end.Period);
            if (end.Limit is { } limit)
            {
                Assert.Equal(printed, limit.P, 5e-5);
            }
        }
    }
}
