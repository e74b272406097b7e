namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>A range to simulate.</summary>
internal readonly record struct Job(CellWork Work, long First, int Count);
