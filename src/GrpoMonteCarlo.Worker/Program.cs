using GrpoMonteCarlo.Worker.Commands;

return await CommandLineApplication.RunAsync(args);
