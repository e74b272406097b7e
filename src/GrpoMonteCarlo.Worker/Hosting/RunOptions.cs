namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>How a run is carried out; nothing of it changes the datasets.</summary>
/// <param name="Workers">Threads that simulate.</param>
/// <param name="ShowProgress">Whether to report on standard error while it runs.</param>
/// <param name="Report">Whether a report follows the datasets.</param>
internal sealed record RunOptions(int Workers, bool ShowProgress, bool Report);
