# Passes its arguments to the worker: ./run.ps1 run experiments/quickstart.json
dotnet run -c Release --project "$PSScriptRoot/src/GrpoMonteCarlo.Worker" -- @args
exit $LASTEXITCODE
